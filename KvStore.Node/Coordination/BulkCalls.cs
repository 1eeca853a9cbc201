using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>Questions about slots to other members, over the links for bulk, and who waits for the answers. Any thread.</summary>
internal sealed class BulkCalls(PeerSend send, TimeProvider time)
{
    /// <summary>Set in the ids of these requests, which the ids of lanes and listings never have.</summary>
    private const ulong IdMark = 1UL << 62;

    private readonly Dictionary<ulong, TaskCompletionSource<PeerReply?>> _pending = [];
    private readonly Lock _lock = new();
    private ulong _lastId = IdMark;

    /// <summary>Whether a reply with this id is for one of these.</summary>
    public static bool IsBulk(ulong id) => (id & IdMark) != 0 && !Listings.IsListing(id);

    /// <param name="trace">Of the span that asks, if any.</param>
    /// <returns>Null if there is no answer in time, or the member cannot be asked.</returns>
    public async Task<PeerReply?> AskAsync(
        MemberId member, TopologySnapshot topology, PeerRequestKind kind, SlotQuestion question, TimeSpan timeout, ActivityContext trace = default)
    {
        TaskCompletionSource<PeerReply?> waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ulong id;
        lock (_lock)
        {
            id = ++_lastId;
            _pending.Add(id, waiting);
        }

        PeerRequest request = new(
            kind, id, topology.Epoch, default, default, default, (int)timeout.TotalMilliseconds, trace, Slots: question);
        if (!send(member, LinkClass.Bulk, request))
        {
            End(id, null);
        }

        // A timer and not WhenAny, which would go on outside of the simulation.
        await using ITimer overdue = time.CreateTimer(_ => End(id, null), null, timeout, Timeout.InfiniteTimeSpan);
        return await waiting.Task;
    }

    public void OnReply(in PeerReply reply) => End(reply.Id, reply);

    private void End(ulong id, PeerReply? reply)
    {
        TaskCompletionSource<PeerReply?>? waiting;
        lock (_lock)
        {
            _pending.Remove(id, out waiting);
        }

        waiting?.TrySetResult(reply);
    }
}
