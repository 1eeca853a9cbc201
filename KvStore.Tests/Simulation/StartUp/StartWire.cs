using Google.Protobuf;
using KvStore.Node.Hosting;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Protocol.Peers;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>
/// One process's end of everything that nodes say to each other: questions and their answers, packets of failure detection,
/// messages of elections, and the links of members. It knows others by the addresses it is told.
/// </summary>
internal sealed class StartWire : IGossipWire
{
    private readonly StartBed _bed;
    private readonly StartMachine _machine;
    private readonly SimulatedProcess _process;
    private readonly uint _incarnation;
    private readonly int _port;
    private readonly Dictionary<long, TaskCompletionSource<(Acquaintance? Node, string Problem)>> _open = [];
    private readonly Dictionary<MemberId, string> _dialled = [];
    private readonly Dictionary<MemberId, string> _heard = [];
    private long _asks;
    private SimulatedWire? _links;

    public StartWire(StartBed bed, StartMachine machine, SimulatedProcess process, uint incarnation)
    {
        _bed = bed;
        _machine = machine;
        _process = process;
        _incarnation = incarnation;
        _port = machine.Port;
    }

    /// <summary>Null while it is made.</summary>
    public NodeLife? Life { get; set; }

    /// <summary>Whether others reach it: what they say before is refused.</summary>
    public bool IsListening { get; set; }

    /// <summary>As <see cref="GrpcIntroductions.AskAsync"/>.</summary>
    public Task<(Acquaintance? Node, string Problem)> AskAsync(string address, Acquaintance self, CancellationToken cancellationToken)
    {
        long number = ++_asks;
        TaskCompletionSource<(Acquaintance? Node, string Problem)> answer = new();
        _open.Add(number, answer);
        _process.PostAfter(GrpcIntroductions.AnswerMax, () => End(number, null, "no answer in time"));
        cancellationToken.Register(() => End(number, null, "it is not waited for any more"));
        Send(address, StartFrameKind.Ask, IntroductionCodec.Encode(self).ToByteArray(), number);
        return answer.Task;
    }

    public IPeer Dial(TopologyMember peer, LinkClass linkClass)
    {
        _dialled[peer.Id] = peer.GrpcAddress;
        return LinksOf(Life!.Parts?.Member.Id ?? _machine.Disk!.Member).Dial(peer.Id, linkClass);
    }

    public void Send(string address, byte[] packet, TimeSpan delay) => Send(address, StartFrameKind.Gossip, packet);

    public void SendElection(string address, byte[] message, TimeSpan delay) => Send(address, StartFrameKind.Election, message);

    public void Keep(IReadOnlyCollection<string> addresses)
    {
    }

    public void Dispose()
    {
    }

    /// <summary>The process has crashed.</summary>
    public void Stop() => _links?.Stop();

    public void Receive(string from, in StartFrame frame)
    {
        switch (frame.Kind)
        {
            case StartFrameKind.Ask when IsListening:
                Answer(from, frame);
                break;
            case StartFrameKind.Ask:
                Send(from, StartFrameKind.Refused, [], frame.Number);
                break;
            case StartFrameKind.Answer:
                string? problem = "";
                Acquaintance? node = null;
                _ = Introduction.Parser.ParseFrom(frame.Payload.Span) is { } introduction && IntroductionCodec.TryDecode(introduction, out node, out problem);
                End(frame.Number, node, problem ?? "");
                break;
            case StartFrameKind.Refused:
                End(frame.Number, null, "nothing listens there");
                break;
            case StartFrameKind.Link:
                ReceiveLink(from, frame.Payload);
                break;
            case StartFrameKind.Gossip when IsInTime(frame):
                Life!.Parts?.Gossip.Loop.Receive(frame.Payload);
                break;
            case StartFrameKind.Election when IsInTime(frame):
                Life!.Parts?.Topology.Receive(frame.Payload);
                break;
            default:
                break;
        }
    }

    /// <summary>As a call that its caller has given up by now.</summary>
    private bool IsInTime(in StartFrame frame) => IsListening && _bed.Scheduler.Now - frame.Sent <= GrpcGossip.SendMax;

    private void Answer(string from, in StartFrame frame)
    {
        if (!IntroductionCodec.TryDecode(Introduction.Parser.ParseFrom(frame.Payload.Span), out Acquaintance? asker, out _))
        {
            return;
        }

        long number = frame.Number;
        _process.Run(async () =>
        {
            Acquaintance answer = await Life!.AnswerAsync(asker);
            Send(from, StartFrameKind.Answer, IntroductionCodec.Encode(answer).ToByteArray(), number);
        });
    }

    private void End(long number, Acquaintance? node, string problem)
    {
        if (_open.Remove(number, out TaskCompletionSource<(Acquaintance? Node, string Problem)>? answer))
        {
            answer.SetResult((node, problem));
        }
    }

    private void ReceiveLink(string from, ReadOnlyMemory<byte> payload)
    {
        MemberId sender = MemberId.ReadFrom(payload.Span);
        MemberId target = MemberId.ReadFrom(payload.Span[MemberId.Size..]);
        ReadOnlyMemory<byte> packet = payload[(2 * MemberId.Size)..];
        if (Life?.Parts is { } parts && parts.Member.Id == target)
        {
            _heard[sender] = from;
            LinksOf(target).Receive(sender, packet);
        }
        else if (SimulatedWire.ResetFor(packet) is { } reset)
        {
            Send(from, StartFrameKind.Link, Packed(target, sender, reset));
        }
    }

    private SimulatedWire LinksOf(MemberId self) => _links ??= new SimulatedWire(
        self,
        _incarnation,
        SendLink,
        _process.PostAfter,
        (peer, linkClass) => IsListening ? Life!.Parts?.Member.Links.Accept(peer, linkClass) : null);

    private void SendLink(MemberId from, MemberId to, byte[] packet)
    {
        bool isForth = SimulatedPacket.TryRead(packet, out SimulatedPacket read) && read.Kind is SimulatedPacketKind.Open or SimulatedPacketKind.Forth;
        string? address = (isForth ? _dialled : _heard).GetValueOrDefault(to) ?? _dialled.GetValueOrDefault(to);
        if (address is not null)
        {
            Send(address, StartFrameKind.Link, Packed(from, to, packet));
        }
    }

    /// <summary>A packet with whom it is from and to.</summary>
    internal static byte[] Packed(MemberId from, MemberId to, byte[] packet)
    {
        byte[] bytes = new byte[(2 * MemberId.Size) + packet.Length];
        from.WriteTo(bytes);
        to.WriteTo(bytes.AsSpan(MemberId.Size));
        packet.CopyTo(bytes, 2 * MemberId.Size);
        return bytes;
    }

    private void Send(string address, StartFrameKind kind, byte[] payload, long number = 0)
    {
        if (!_process.IsDead)
        {
            _bed.Send(_machine, address, new StartFrame(kind, 0, _port, _bed.Scheduler.Now, number, payload));
        }
    }
}
