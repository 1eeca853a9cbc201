using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Replication;

/// <summary>Answers peers' scans and questions about slots, one after the other, off the lanes.</summary>
/// <param name="now">Milliseconds of the member.</param>
internal sealed class ScanService(MemberId self, IStore store, Topologies topologies, VoteGate votes, Func<long> now)
{
    /// <summary>Scans waiting, at most; the next is answered Overloaded.</summary>
    private const int WaitingMax = 256;

    /// <summary>Records in a page of a walk, at most.</summary>
    private const int WalkCountMax = 1_024;

    /// <summary>Bytes of keys in a page of a walk, at most.</summary>
    private const long WalkBytesMax = 256 * 1024;

    private readonly Queue<(PeerLink Link, PeerRequest Request, long Deadline)> _waiting = new();
    private readonly Lock _lock = new();
    private bool _running;

    /// <param name="waited">Milliseconds that the frame had waited to leave.</param>
    public void Serve(PeerLink link, IReadOnlyList<PeerRequest> requests, int waited)
    {
        long left = now() - waited;
        bool start;
        lock (_lock)
        {
            foreach (PeerRequest request in requests)
            {
                if (_waiting.Count < WaitingMax)
                {
                    _waiting.Enqueue((link, request, left + request.TimeoutMilliseconds));
                }
                else
                {
                    link.TrySend(new PeerReply(PeerReplyKind.Overloaded, request.Id, topologies.Current.Epoch));
                }
            }

            start = !_running && _waiting.Count > 0;
            _running |= start;
        }

        if (start)
        {
            _ = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        while (TryNext(out PeerLink link, out PeerRequest request))
        {
            TopologySnapshot topology = topologies.Current;
            if (!votes.IsOpen)
            {
                link.TrySend(new PeerReply(PeerReplyKind.NotVoting, request.Id, topology.Epoch));
                continue;
            }

            if (request.Epoch != topology.Epoch || (request.Scan is null && request.Slots is null))
            {
                link.TrySend(new PeerReply(PeerReplyKind.StaleEpoch, request.Id, topology.Epoch));
                continue;
            }

            try
            {
                link.TrySend(await AnswerAsync(request, topology, link.Peer));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                link.TrySend(new PeerReply(PeerReplyKind.StoreFailed, request.Id, topology.Epoch));
            }
        }
    }

    private async Task<PeerReply> AnswerAsync(PeerRequest request, TopologySnapshot topology, MemberId? asking)
    {
        PeerReply reply = new(PeerReplyKind.Page, request.Id, topology.Epoch);
        switch (request.Kind)
        {
            case PeerRequestKind.Scan:
                return reply with { Page = await store.ScanAsync(request.Scan!, CancellationToken.None) };
            case PeerRequestKind.Digests when asking is { } peer:
                return reply with { Kind = PeerReplyKind.Digests, Digests = DigestsFor(peer, request.Slots!.Numbers, topology) };
            case PeerRequestKind.Walk:
                HashSet<ushort> wanted = [.. request.Slots!.Numbers];
                PassPage page = await store.ReadPassAsync(
                    new StorePass(slot => wanted.Contains(slot.Number), request.Slots.From, WalkCountMax, WalkBytesMax, WithValues: false), CancellationToken.None);
                return reply with { Page = new StorePage(page.Entries, page.Complete), Next = page.Next };
            default:
                return reply with { Kind = PeerReplyKind.StaleEpoch };
        }
    }

    private IReadOnlyList<SlotDigest?> DigestsFor(MemberId peer, IReadOnlyList<ushort> ranges, TopologySnapshot topology) => ranges.Count == 0
        ? SlotDigests.OfRanges(store, topology, self, peer)
        : [.. ranges.Where(range => range < SlotDigests.RangeCount).SelectMany(range => SlotDigests.OfSlots(store, topology, self, peer, range))];

    private bool TryNext(out PeerLink link, out PeerRequest request)
    {
        lock (_lock)
        {
            (PeerLink Link, PeerRequest Request, long Deadline) next;
            while ((_running = _waiting.TryDequeue(out next)) && now() > next.Deadline)
            {
                ExpiredMetrics.Count(ExpiredMetrics.Scan, 1);
            }

            (link, request, _) = next;
            return _running;
        }
    }
}
