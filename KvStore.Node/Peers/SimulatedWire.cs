using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>
/// One process's end of the simulated network: makes the wires it dials and accepts those that dial it. The simulation moves
/// the packets and decides which are lost, late, doubled, overtaken or damaged; so this wire is harsher than a real stream,
/// which is loss-free and ordered for as long as it lives.
/// </summary>
/// <remarks>
/// A real network's behaviour that is kept: a connection is made by a handshake that can fail or go unanswered; frames of a
/// connection that one end has forgotten are answered with a reset, so a crashed or restarted peer is noticed late, by the
/// next packet to it, or by silence if the machine is gone too. Everything happens on the simulation's one thread.
/// </remarks>
internal sealed class SimulatedWire
{
    /// <summary>From handing a frame to the wire to its being sent: long enough for messages to gather behind it.</summary>
    public static readonly TimeSpan SendDelay = TimeSpan.FromMicroseconds(50);

    private readonly MemberId _self;
    private readonly Action<MemberId, MemberId, byte[]> _send;
    private readonly Action<TimeSpan, Action> _schedule;
    private readonly Func<IPeer, LinkClass, PeerLink?> _accept;
    private readonly bool _deliversStaleFrames;
    private readonly Dictionary<long, SimulatedPeer> _dialled = [];
    private readonly Dictionary<(MemberId From, long Connection), SimulatedPeer> _accepted = [];
    private readonly Dictionary<(MemberId From, LinkClass LinkClass), long> _lastAccepted = [];
    private long _lastConnection;
    private bool _stopped;

    /// <param name="incarnation">Above that of every earlier process of this member, so that their connections differ.</param>
    /// <param name="send">Gives a packet (from, to, bytes) to the network, which brings it to <see cref="Receive"/> of the
    /// target's wire, or not. If the target's machine runs but its process does not, the network answers with
    /// <see cref="ResetFor"/>.</param>
    /// <param name="schedule">Runs an action later, on the simulation's thread, unless this process has crashed by then.</param>
    /// <param name="accept">Usually <see cref="PeerLinks.Accept"/>.</param>
    /// <param name="deliversStaleFrames">Whether a frame of an earlier connection of the same process, class and direction is
    /// delivered to the connection that stands now, which a real stream never does.</param>
    public SimulatedWire(
        MemberId self,
        uint incarnation,
        Action<MemberId, MemberId, byte[]> send,
        Action<TimeSpan, Action> schedule,
        Func<IPeer, LinkClass, PeerLink?> accept,
        bool deliversStaleFrames = false)
    {
        _self = self;
        _send = send;
        _schedule = schedule;
        _accept = accept;
        _deliversStaleFrames = deliversStaleFrames;
        _lastConnection = (long)incarnation << 32;
    }

    /// <summary>What a machine answers to a packet for a process that does not run; null if it does not answer.</summary>
    public static byte[]? ResetFor(ReadOnlyMemory<byte> bytes) =>
        SimulatedPacket.TryRead(bytes, out SimulatedPacket packet) && packet.Kind != SimulatedPacketKind.Reset
            ? new SimulatedPacket(SimulatedPacketKind.Reset, packet.LinkClass, packet.Connection).ToBytes()
            : null;

    /// <summary>A wire, not connected yet, to a member.</summary>
    public IPeer Dial(MemberId to, LinkClass linkClass) => new SimulatedPeer(this, to, linkClass, connection: null);

    /// <summary>The process has crashed: nothing happens here any more.</summary>
    public void Stop() => _stopped = true;

    /// <summary>The network brings a packet.</summary>
    public void Receive(MemberId from, ReadOnlyMemory<byte> bytes)
    {
        if (_stopped || !SimulatedPacket.TryRead(bytes, out SimulatedPacket packet))
        {
            return;
        }

        switch (packet.Kind)
        {
            case SimulatedPacketKind.Open:
                OnOpen(from, packet);
                break;
            case SimulatedPacketKind.Reset:
                OnReset(from, packet);
                break;
            case SimulatedPacketKind.Forth:
                Deliver(from, packet, FindAccepted(from, packet));
                break;
            case SimulatedPacketKind.Opened or SimulatedPacketKind.Back:
                Deliver(from, packet, FindDialled(from, packet));
                break;
            default:
                throw new InvariantViolation($"A packet of kind {packet.Kind} was read.");
        }
    }

    /// <summary>A dialled wire starts an attempt.</summary>
    internal long Connect(SimulatedPeer peer)
    {
        long connection = ++_lastConnection;
        _dialled.Add(connection, peer);
        Send(peer.To, new SimulatedPacket(SimulatedPacketKind.Open, peer.LinkClass, connection));
        return connection;
    }

    /// <summary>A wire's connection is over at this end.</summary>
    /// <param name="tell">Whether the other end shall hear of it.</param>
    internal void Forget(SimulatedPeer peer, long connection, bool tell)
    {
        if (peer.IsDialled)
        {
            _dialled.Remove(connection);
        }
        else
        {
            _accepted.Remove((peer.To, connection));
        }

        if (tell)
        {
            Send(peer.To, new SimulatedPacket(SimulatedPacketKind.Reset, peer.LinkClass, connection));
        }
    }

    internal void Send(MemberId to, in SimulatedPacket packet)
    {
        if (!_stopped)
        {
            _send(_self, to, packet.ToBytes());
        }
    }

    internal void Schedule(TimeSpan delay, Action action) => _schedule(delay, () =>
    {
        if (!_stopped)
        {
            action();
        }
    });

    private void OnOpen(MemberId from, in SimulatedPacket packet)
    {
        // A doubled or overtaken "open" must not bring an old connection back.
        if (_lastAccepted.TryGetValue((from, packet.LinkClass), out long last) && packet.Connection <= last)
        {
            return;
        }

        _lastAccepted[(from, packet.LinkClass)] = packet.Connection;
        SimulatedPeer peer = new(this, from, packet.LinkClass, packet.Connection);
        _accepted.Add((from, packet.Connection), peer);
        if (_accept(peer, packet.LinkClass) is null)
        {
            Forget(peer, packet.Connection, tell: true);
        }
    }

    private void OnReset(MemberId from, in SimulatedPacket packet)
    {
        if (_dialled.TryGetValue(packet.Connection, out SimulatedPeer? dialled) && dialled.To == from)
        {
            dialled.OnReset();
        }
        else if (_accepted.TryGetValue((from, packet.Connection), out SimulatedPeer? accepted))
        {
            accepted.OnReset();
        }
    }

    private void Deliver(MemberId from, in SimulatedPacket packet, SimulatedPeer? peer)
    {
        if (peer is null)
        {
            Send(from, new SimulatedPacket(SimulatedPacketKind.Reset, packet.LinkClass, packet.Connection));
        }
        else if (packet.Kind == SimulatedPacketKind.Opened)
        {
            peer.OnOpened();
        }
        else
        {
            peer.OnFrame(packet.Frame);
        }
    }

    private SimulatedPeer? FindDialled(MemberId from, SimulatedPacket packet) =>
        _dialled.TryGetValue(packet.Connection, out SimulatedPeer? peer) && peer.To == from ? peer
        : !MayBeStale(packet) ? null
        : _dialled.Values.FirstOrDefault(other => IsSuccessor(other, from, packet));

    private SimulatedPeer? FindAccepted(MemberId from, SimulatedPacket packet) =>
        _accepted.TryGetValue((from, packet.Connection), out SimulatedPeer? peer) ? peer
        : !MayBeStale(packet) ? null
        : _accepted.Values.FirstOrDefault(other => IsSuccessor(other, from, packet));

    private bool MayBeStale(in SimulatedPacket packet) => _deliversStaleFrames && packet.Kind != SimulatedPacketKind.Opened;

    private static bool IsSuccessor(SimulatedPeer peer, MemberId from, in SimulatedPacket packet) =>
        peer.To == from
        && peer.LinkClass == packet.LinkClass
        && peer.Connection > packet.Connection
        && peer.Connection >> 32 == packet.Connection >> 32;
}
