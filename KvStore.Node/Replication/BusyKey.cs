using KvStore.Node.Peers;
using KvStore.Node.Registers;

namespace KvStore.Node.Replication;

/// <summary>A key whose next decision must wait: for its record from disk, for its entry (or purge) to be durable, or for the Bound.</summary>
internal sealed class BusyKey
{
    /// <summary>Requests that wait for one key, at most; more are answered Overloaded.</summary>
    public const int WaitingMax = 4_096;

    /// <summary>Bytes of the values of the requests that wait for one key; where there are as many, more are answered Overloaded.</summary>
    public const long WaitingBytesMax = 32L * 1024 * 1024;

    private readonly Queue<(PeerRequest Request, ReplyPath Path)> _waiting = new();

    private long _bytes;

    private BusyKey()
    {
    }

    /// <summary>Whether the record itself is being fetched; then even reads wait.</summary>
    public bool IsReading { get; private init; }

    /// <summary>The record on disk, which reads answer with while something newer is on its way there.</summary>
    public RegisterRecord Durable { get; private init; }

    /// <summary>The record being made durable; absent while only the Bound is being raised, or a purge is on its way.</summary>
    public RegisterRecord Record { get; private init; }

    public ReplyPath Path { get; private init; }

    /// <summary>What is answered when it is done.</summary>
    public PeerReply Reply { get; private init; }

    /// <summary>To be promised once the record is durable, or zero.</summary>
    public Ballot Next { get; private init; }

    public bool IsFull => _waiting.Count >= WaitingMax || _bytes >= WaitingBytesMax;

    public static BusyKey Reading() => new() { IsReading = true };

    public static BusyKey Purging(in RegisterRecord tombstone, in ReplyPath path, in PeerReply reply) =>
        new() { Durable = tombstone, Path = path, Reply = reply };

    public static BusyKey Writing(in RegisterRecord durable, in RegisterRecord record, in ReplyPath path, in PeerReply reply, Ballot next = default) =>
        new() { Durable = durable, Record = record, Path = path, Reply = reply, Next = next };

    public void Enqueue(in PeerRequest request, in ReplyPath path)
    {
        _bytes += request.Record.State?.Value.Length ?? 0;
        _waiting.Enqueue((request, path));
    }

    public bool TryDequeue(out PeerRequest request, out ReplyPath path)
    {
        bool any = _waiting.TryDequeue(out (PeerRequest Request, ReplyPath Path) next);
        (request, path) = next;
        return any;
    }
}
