using KvStore.Node.Peers;
using KvStore.Node.Registers;

namespace KvStore.Node.Replication;

/// <summary>A key whose next decision must wait: for its record from disk, for its entry (or purge) to be durable, or for the Bound.</summary>
internal class BusyKey
{
    /// <summary>Requests that wait for one key, at most; more are answered Overloaded.</summary>
    public const int WaitingMax = 4_096;

    /// <summary>Bytes of the values of the requests that wait for one key; where there are as many, more are answered Overloaded.</summary>
    public const long WaitingBytesMax = 32L * 1024 * 1024;

    // Made for the first that waits: hardly any key has one.
    private Queue<(PeerRequest Request, ReplyPath Path)>? _waiting;

    private long _bytes;

    /// <summary>Whether the record itself is being fetched; then even reads wait.</summary>
    public bool IsReading { get; private init; }

    /// <summary>The record on disk, which reads answer with while something newer is on its way there.</summary>
    public RegisterRecord Durable { get; protected set; }

    /// <summary>The record being made durable; absent while only the Bound is being raised, or a purge is on its way.</summary>
    public RegisterRecord Record { get; protected set; }

    public bool HasWaiting => _waiting?.Count > 0;

    public bool IsFull => _waiting?.Count >= WaitingMax || _bytes >= WaitingBytesMax;

    public static BusyKey Reading() => new() { IsReading = true };

    public void Enqueue(in PeerRequest request, in ReplyPath path)
    {
        _bytes += request.Record.State?.Value.Length ?? 0;
        (_waiting ??= new()).Enqueue((request, path));
    }

    public bool TryDequeue(out PeerRequest request, out ReplyPath path)
    {
        (PeerRequest Request, ReplyPath Path) next = default;
        bool any = _waiting?.TryDequeue(out next) == true;
        (request, path) = next;
        return any;
    }
}
