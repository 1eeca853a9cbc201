using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Lists the cluster's keys: every member sends a page of what it holds in key order, and the pages are merged, the highest
/// ballot of a key deciding. A key that is there throughout is at a majority of its replicas, so a page is complete when
/// the members that answered hold a majority of every slot.
/// </summary>
internal sealed class Listings(MemberId self, IStore store, Topologies topologies, PeerSend send, MemberClock clock)
{
    /// <summary>Keys in one page, at most.</summary>
    public const int EntriesMax = 1_000;

    /// <summary>Set in the ids of listings' requests, which lanes' call ids never reach.</summary>
    private const ulong IdMark = 1UL << 63;

    /// <summary>Listings under way, at most.</summary>
    private const int PendingMax = 64;

    private readonly Dictionary<ulong, TaskCompletionSource<StorePage?>> _pending = [];
    private readonly Lock _lock = new();
    private ulong _lastId = IdMark;

    /// <param name="slots">Only their keys; null for all.</param>
    public async ValueTask<KeyListing> ListAsync(
        ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after, SlotSpans? slots, int limit, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long deadline = clock.Now + (long)timeout.TotalMilliseconds;
        while (true)
        {
            TopologySnapshot topology = topologies.Current;
            StoreScan scan = new StoreScan(prefix, after, null, Math.Clamp(limit, 1, EntriesMax), WithValues: false).Within(slots);
            long left = deadline - clock.Now;
            if (left <= 0)
            {
                return new KeyListing([], false, OperationFailure.Deadline);
            }

            ListingMerge merge = new(topology, scan.LimitMax, clock.Wall);
            if (await CollectAsync(topology, scan, TimeSpan.FromMilliseconds(left), merge, cancellationToken) is { } failure)
            {
                return new KeyListing([], false, failure);
            }

            ListingPage page = merge.Merge();
            if (page.Entries.Count > 0 || page.Complete)
            {
                return new KeyListing(page.Entries, page.Complete, OperationFailure.None);
            }

            after = page.ReachedKey; // nothing but deleted keys so far: go on behind them
        }
    }

    /// <summary>Whether a reply with this id is for a listing rather than for a lane.</summary>
    public static bool IsListing(ulong id) => (id & IdMark) != 0;

    /// <summary>Takes a peer's page.</summary>
    public void OnReply(in PeerReply reply)
    {
        TaskCompletionSource<StorePage?>? waiting;
        lock (_lock)
        {
            _pending.Remove(reply.Id, out waiting);
        }

        waiting?.TrySetResult(reply.Kind == PeerReplyKind.Page ? reply.Page : null);
    }

    private async Task<OperationFailure?> CollectAsync(
        TopologySnapshot topology, StoreScan scan, TimeSpan timeout, ListingMerge merge, CancellationToken cancellationToken)
    {
        List<(MemberId Member, ulong Id, Task<StorePage?> Page)> asked = [];
        foreach (RingMember member in topology.Groups.Members)
        {
            if (member.Id != self)
            {
                if (!TryAsk(member.Id, topology, scan, timeout, out ulong id, out Task<StorePage?> page))
                {
                    continue;
                }

                asked.Add((member.Id, id, page));
            }
        }

        if (topology.Groups.Members.Any(member => member.Id == self))
        {
            merge.Add(self, await store.ScanAsync(scan, cancellationToken));
        }

        Task late = Task.Delay(timeout, clock.Time, cancellationToken);
        foreach ((MemberId member, ulong id, Task<StorePage?> page) in asked)
        {
            await Task.WhenAny(page, late);
            if (page.IsCompleted && await page is { } answer)
            {
                merge.Add(member, answer);
            }
            else
            {
                Forget(id);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return merge.CoversEverySlot(scan.Spans) ? null : OperationFailure.QuorumUnreachable;
    }

    private bool TryAsk(
        MemberId member, TopologySnapshot topology, StoreScan scan, TimeSpan timeout, out ulong id, out Task<StorePage?> page)
    {
        TaskCompletionSource<StorePage?> waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        page = waiting.Task;
        lock (_lock)
        {
            id = ++_lastId;
            if (_pending.Count >= PendingMax * topology.Groups.Members.Length)
            {
                return false;
            }

            _pending.Add(id, waiting);
        }

        PeerRequest request = new(
            PeerRequestKind.Scan, id, topology.Epoch, default, default, default, (int)timeout.TotalMilliseconds, default, scan);
        if (send(member, LinkClass.Bulk, request))
        {
            return true;
        }

        Forget(id);
        return false;
    }

    private void Forget(ulong id)
    {
        lock (_lock)
        {
            _pending.Remove(id);
        }
    }
}
