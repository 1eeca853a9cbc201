using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>One lane's operations that other members handed over: each is answered to the link it came by.</summary>
internal sealed class HandedOperations
{
    /// <summary>At once, at most; beyond it they are refused as Overloaded, and whoever sent them carries them out itself.</summary>
    public const int CountMax = 4_096;

    /// <summary>Bytes of their values; where there are as many, more are refused likewise.</summary>
    public const long BytesMax = 64L * 1024 * 1024;

    /// <summary>Senders whose calls are remembered, at most: a lane of another member, by one connection. The first one goes.</summary>
    public const int SendersMax = 1_024;

    private readonly Dictionary<(PeerLink Link, int Lane), SeenCalls> _seen = [];
    private readonly Queue<(PeerLink Link, int Lane)> _senders = new();
    private int _count;
    private long _bytes;

    public bool IsFull => _count > CountMax || _bytes > BytesMax;

    /// <summary>
    /// Whether the call is a new one. A stream brings each frame once, but nothing below promises that of any wire, and a
    /// write is not to be carried out twice.
    /// </summary>
    public bool IsFirst(PeerLink link, ulong id)
    {
        (PeerLink, int) sender = (link, ReplicaCalls.LaneOf(id));
        if (!_seen.TryGetValue(sender, out SeenCalls? calls))
        {
            _seen.Add(sender, calls = new SeenCalls());
            _senders.Enqueue(sender);
            if (_senders.Count > SendersMax)
            {
                _seen.Remove(_senders.Dequeue());
            }
        }

        return calls.TryAdd(id);
    }

    /// <param name="deadline">When it must be answered; lane milliseconds.</param>
    public Operation Take(in PeerRequest request, PeerLink link, long deadline, LaneScope lane)
    {
        _count++;
        _bytes += request.Handed!.Change.Value.Length;
        ulong id = request.Id;
        int replication = lane.Topology.OwnersOf(request.Key.Slot).Replication;
        return new Operation(request.Key, request.Handed.Change, LevelOf(request.Handed.Needed, replication), lane.Now, deadline, request.Trace)
        {
            Answered = (operation, result) =>
            {
                _count--;
                _bytes -= operation.Change.Value.Length;
                HandedAnswer answer = new((byte)result.Outcome, (byte)result.Failure, ForTheWire(operation.Change, result.Change));
                link.TrySend(new PeerReply(PeerReplyKind.Executed, id, lane.Topology.Epoch, Handed: answer));
                Telemetry.NodeTelemetry.Stop(operation.Span);
            },
        };
    }

    /// <summary>The level by its name where it has one.</summary>
    private static Consistency LevelOf(int needed, int replication) =>
        needed == Consistency.Quorum.Needed(replication) ? Consistency.Quorum
        : needed == replication ? Consistency.All
        : Consistency.Of(needed);

    /// <summary>Without the history, which is nobody's but the replicas', and without a value that the asker has sent or does not ask for.</summary>
    private static ChangeResult ForTheWire(Change change, in ChangeResult result)
    {
        bool isKnown = change.Kind is ChangeKind.Put or ChangeKind.Append && result.Outcome == ChangeOutcome.Applied;
        return result with { State = Told(result.State, !isKnown), Before = Told(result.Before, withValue: true) };
    }

    private static RegisterState? Told(RegisterState? state, bool withValue) => state is null ? null : new RegisterState
    {
        Kind = state.Kind,
        Value = withValue ? state.Value : default,
        ExpiresAt = state.ExpiresAt,
        Version = state.Version,
    };
}
