using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>One wire of the simulated network, at either end (<see cref="SimulatedWire"/>).</summary>
internal sealed class SimulatedPeer : IPeer
{
    private readonly SimulatedWire _wire;
    private PeerLink? _link;

    // Non-null from the attempt (dialled) or the handshake (accepted) until the connection is over at this end.
    private long? _connection;
    private bool _isOpen;

    /// <param name="connection">Of an accepted wire; null for one that dials.</param>
    public SimulatedPeer(SimulatedWire wire, MemberId to, LinkClass linkClass, long? connection)
    {
        _wire = wire;
        _connection = connection;
        To = to;
        LinkClass = linkClass;
        IsDialled = connection is null;
    }

    public MemberId To { get; }

    public LinkClass LinkClass { get; }

    public bool IsDialled { get; }

    /// <summary>0 while there is none.</summary>
    public long Connection => _connection ?? 0;

    public void Open(PeerLink link)
    {
        _link = link;
        if (IsDialled)
        {
            Invariant.Holds(_connection is null);
            _connection = _wire.Connect(this);
        }
        else
        {
            _wire.Send(To, new SimulatedPacket(SimulatedPacketKind.Opened, LinkClass, Connection));
            OnOpened();
        }
    }

    public void Send(ReadOnlyMemory<byte> frame)
    {
        if (!_isOpen || _connection is not { } connection)
        {
            return;
        }

        _wire.Send(To, new SimulatedPacket(IsDialled ? SimulatedPacketKind.Forth : SimulatedPacketKind.Back, LinkClass, connection, frame));
        _wire.Schedule(SimulatedWire.SendDelay, () =>
        {
            if (_connection == connection)
            {
                _link!.OnSent();
            }
        });
    }

    public void Close() => End(tell: true, PeerLink.ClosedHere);

    public void OnOpened()
    {
        if (!_isOpen && _connection is not null)
        {
            _isOpen = true;
            _link!.OnOpened();
        }
    }

    public void OnFrame(ReadOnlyMemory<byte> frame)
    {
        if (_isOpen)
        {
            _link!.OnFrame(frame);
        }
    }

    public void OnReset() => End(tell: false, "reset by the peer");

    private void End(bool tell, string reason)
    {
        if (_connection is not { } connection)
        {
            return;
        }

        _wire.Forget(this, connection, tell);
        _connection = null;
        _isOpen = false;

        // Later, as on a real wire: never from within the call that ends it.
        if (_link is { } link)
        {
            _wire.Schedule(TimeSpan.Zero, () => link.OnLost(reason));
        }
    }
}
