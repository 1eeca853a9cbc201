using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Replication;

/// <summary>
/// Which requests a lane's replica takes on: those of its epoch, for slots that it owns, and while the lane moves to another
/// epoch nothing but reads. What comes meanwhile is held and taken up at the new epoch, where it is mostly refused: so nothing
/// that was decided at one epoch is answered at another.
/// </summary>
internal sealed class ReplicaAdmission(MemberId self, VoteGate votes, LaneLog log, TopologySnapshot topology, ProtocolSettings protocol)
{
    /// <summary>Requests held, at most; more are answered Overloaded.</summary>
    public const int HeldMax = 16_384;

    private readonly Queue<(PeerRequest Request, ReplyPath Path)> _held = new();

    public TopologySnapshot Topology { get; set; } = topology;

    /// <summary>Whether requests are held.</summary>
    public bool IsHolding { get; private set; }

    /// <summary>Whether records can be written as far as the log is concerned.</summary>
    public bool TakesWrites => log is { Failure: null, Shortage: null, IsFull: false };

    public void Hold() => IsHolding = true;

    /// <summary>Whether this request has to wait for the new epoch.</summary>
    public bool MustWait(in PeerRequest request) => IsHolding && request.Kind != PeerRequestKind.Read;

    /// <returns>False if there is no room.</returns>
    public bool TryHold(in PeerRequest request, in ReplyPath path)
    {
        bool hasRoom = _held.Count < HeldMax;
        if (hasRoom)
        {
            _held.Enqueue((request, path));
        }

        return hasRoom;
    }

    /// <summary>The new epoch is in force.</summary>
    /// <returns>What was held.</returns>
    public IReadOnlyList<(PeerRequest Request, ReplyPath Path)> Release()
    {
        IsHolding = false;
        (PeerRequest, ReplyPath)[] held = [.. _held];
        _held.Clear();
        return held;
    }

    /// <summary>Why the request is refused whatever its key holds; null if it is not.</summary>
    public PeerReplyKind? RefusalOf(in PeerRequest request)
    {
        if (!votes.IsOpen)
        {
            return PeerReplyKind.NotVoting;
        }

        if (request.Epoch != Topology.Epoch && !(request.Epoch < Topology.Epoch && protocol.Has(ProtocolFlaw.StaleEpochAccepted)))
        {
            return PeerReplyKind.StaleEpoch;
        }

        if (Topology.OwnersOf(request.Key.Slot).PlaceOf(self) < 0)
        {
            return PeerReplyKind.NotOwner;
        }

        if (request.Kind == PeerRequestKind.Read)
        {
            return null;
        }

        return log switch
        {
            { Failure.IsDiskFull: false } => PeerReplyKind.StoreFailed,
            { Failure: not null } or { Shortage: not null } => PeerReplyKind.DiskFull,
            { IsFull: true } => PeerReplyKind.Overloaded,
            _ => null,
        };
    }
}
