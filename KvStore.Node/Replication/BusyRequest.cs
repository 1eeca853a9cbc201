using KvStore.Node.Peers;
using KvStore.Node.Registers;

namespace KvStore.Node.Replication;

/// <summary>A key that is busy with one request, and what that is answered when it is done.</summary>
internal sealed class BusyRequest : BusyKey
{
    private BusyRequest()
    {
    }

    public ReplyPath Path { get; private init; }

    public PeerReply Reply { get; private init; }

    /// <summary>To be promised once the record is durable, or zero.</summary>
    public Ballot Next { get; private init; }

    public static BusyRequest Purging(in RegisterRecord tombstone, in ReplyPath path, in PeerReply reply) =>
        new() { Durable = tombstone, Path = path, Reply = reply };

    public static BusyRequest Writing(in RegisterRecord durable, in RegisterRecord record, in ReplyPath path, in PeerReply reply, Ballot next = default) =>
        new() { Durable = durable, Record = record, Path = path, Reply = reply, Next = next };
}
