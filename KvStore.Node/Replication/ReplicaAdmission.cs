using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Replication;

/// <summary>
/// Which requests a lane's replica takes on: those of its epoch, for slots that it owns, and while the lane moves to another
/// epoch nothing but reads. What comes meanwhile is held and taken up at the new epoch, where it is mostly refused: so nothing
/// that was decided at one epoch is answered at another. Members come to an epoch one after the other, so what is asked of the next
/// one waits for it too, for a while.
/// </summary>
internal sealed class ReplicaAdmission(MemberId self, VoteGate votes, LaneLog log, TopologySnapshot topology, ProtocolSettings protocol)
{
    /// <summary>Requests held, at most; more are answered Overloaded.</summary>
    public const int HeldMax = 16_384;

    /// <summary>
    /// How long requests of the next epoch wait for it: some commits. Refused, each would be tried again and again meanwhile, of each key and by
    /// everybody who came to the epoch earlier.
    /// </summary>
    public const int AheadMilliseconds = 200;

    /// <summary>Bytes of values of the requests held; where there are as many, more are answered Overloaded.</summary>
    public const long HeldBytesMax = 64L * 1024 * 1024;

    private readonly Queue<(PeerRequest Request, ReplyPath Path)> _held = new();

    /// <summary>Since when requests of the next epoch wait; null while none has come.</summary>
    private long? _aheadSince;
    private long _heldBytes;
    private long _now;

    public TopologySnapshot Topology { get; private set; } = topology;

    /// <summary>Whether requests are held.</summary>
    public bool IsHolding { get; private set; }

    /// <summary>When <see cref="GiveUp"/> has something to give up; lane milliseconds.</summary>
    public long GivesUpAt => _aheadSince is { } since && !IsHolding && _held.Count > 0 ? since + AheadMilliseconds + 1 : long.MaxValue;

    /// <summary>Whether records can be written as far as the log is concerned.</summary>
    public bool TakesWrites => log is { Failure: null, Shortage: null, IsFull: false };

    /// <summary>Not while owners change: a new one may not have the tombstone yet, nor the floor.</summary>
    public bool MayPurge => Topology.Document.Next is null || protocol.Has(ProtocolFlaw.PurgedInJointPhase);

    public void Hold() => IsHolding = true;

    /// <summary>Whether this request has to wait for the new epoch.</summary>
    public bool MustWait(in PeerRequest request) => (IsHolding && request.Kind != PeerRequestKind.Read) || IsAhead(request);

    /// <returns>False if there is no room.</returns>
    public bool TryHold(in PeerRequest request, in ReplyPath path)
    {
        bool hasRoom = _held.Count < HeldMax && _heldBytes < HeldBytesMax;
        if (hasRoom)
        {
            _held.Enqueue((request, path));
            _heldBytes += request.Record.State?.Value.Length ?? 0;
            _aheadSince = IsAhead(request) ? _aheadSince ?? _now : _aheadSince;
        }

        return hasRoom;
    }

    /// <summary>Sets what holds from here on.</summary>
    /// <param name="now">The lane's milliseconds.</param>
    public void At(TopologySnapshot topology, long now)
    {
        Topology = topology;
        _now = now;
    }

    /// <summary>The new epoch is in force.</summary>
    /// <returns>What was held.</returns>
    public (PeerRequest Request, ReplyPath Path)[] Release()
    {
        IsHolding = false;
        _aheadSince = null;
        return TakeHeld();
    }

    /// <returns>What waited for an epoch that does not come: it is to be refused.</returns>
    public (PeerRequest Request, ReplyPath Path)[] GiveUp() => !IsHolding && IsAheadTooLong && _held.Count > 0 ? TakeHeld() : [];

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

    private bool IsAheadTooLong => _now - _aheadSince > AheadMilliseconds;

    private bool IsAhead(in PeerRequest request) => votes.IsOpen && request.Epoch.Number == Topology.Epoch.Number + 1 && !IsAheadTooLong;

    private (PeerRequest Request, ReplyPath Path)[] TakeHeld()
    {
        (PeerRequest, ReplyPath)[] held = [.. _held];
        _held.Clear();
        _heldBytes = 0;
        return held;
    }
}
