using System.Diagnostics;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;

namespace KvStore.Node.Replication;

/// <summary>Answers peers' scans and questions about slots, one after the other, off the lanes.</summary>
/// <param name="complete">Shown to whoever asks.</param>
/// <param name="transferCountMax">Records in a page for an owner to be, at most.</param>
/// <param name="isLimited">Whether clients go first while owners change.</param>
/// <param name="now">Milliseconds of the member.</param>
internal sealed class ScanService(
    MemberId self, IStore store, Topologies topologies, VoteGate votes, CompleteSlots complete, int transferCountMax, bool isLimited, Func<long> now)
{
    /// <summary>Scans waiting, at most; the next is answered Overloaded.</summary>
    private const int WaitingMax = 256;

    /// <summary>Records in a page of a walk, at most.</summary>
    private const int WalkCountMax = 1_024;

    /// <summary>Bytes of keys and values in a page of a walk, an inventory or a pull, at most; one record fits in any case.</summary>
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

            Activity? span = request.Trace == default ? null : NodeTelemetry.Start($"replica {request.Kind}", ActivityKind.Server, request.Trace);
            try
            {
                PeerReply reply = await AnswerAsync(request, topology, link.Peer);

                // What was read after the epoch was over may lack what was dropped since.
                link.TrySend(topologies.Current.Epoch == topology.Epoch ? reply : new PeerReply(PeerReplyKind.StaleEpoch, request.Id, topologies.Current.Epoch));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                link.TrySend(new PeerReply(PeerReplyKind.StoreFailed, request.Id, topology.Epoch));
            }
            finally
            {
                NodeTelemetry.Stop(span);
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
                return await PageAsync(reply, request.Slots!, WalkCountMax, withValues: false, IsAnyWaiting);
            case PeerRequestKind.Inventory:
                SlotNews news = new(request.Slots!.From == PassCursor.Start ? store.DurableFloorsOf(request.Slots.Numbers) : [], null);
                return await PageAsync(reply with { Kind = PeerReplyKind.Inventory, Slots = news }, request.Slots, transferCountMax, withValues: false, MustHurry);
            case PeerRequestKind.SlotDigests:
                SlotSummary[] summaries = SlotSummary.Of(store, request.Slots!.Numbers);
                return reply with
                {
                    Kind = PeerReplyKind.SlotDigests,
                    Digests = [.. summaries.Select(summary => summary.Digest)],
                    Slots = new SlotNews([.. summaries.Select(summary => summary.Floor)], null),
                };
            case PeerRequestKind.Pull:
                return await PageAsync(reply, request.Slots!, transferCountMax, withValues: true, MustHurry);
            case PeerRequestKind.Completeness:
                return reply with { Kind = PeerReplyKind.Completeness, Slots = new SlotNews([], complete.At(topology.Epoch), complete.Taken) };
            default:
                return reply with { Kind = PeerReplyKind.StaleEpoch };
        }
    }

    private async Task<PeerReply> PageAsync(PeerReply reply, SlotQuestion question, int countMax, bool withValues, Func<bool> mustHurry)
    {
        HashSet<ushort> wanted = [.. question.Numbers];
        PassPage page = await store.ReadPassAsync(
            new StorePass(slot => wanted.Contains(slot.Number), question.From, countMax, WalkBytesMax, withValues, mustHurry), CancellationToken.None);
        return reply with { Page = new StorePage(page.Entries, page.Complete), Next = page.Next };
    }

    /// <summary>Whether owners to be wait for their page, or anybody for his turn.</summary>
    private bool MustHurry() => !isLimited || IsAnyWaiting();

    private bool IsAnyWaiting()
    {
        lock (_lock)
        {
            return _waiting.Count > 0;
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
