using KvStore.Node.Peers;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Replication;

/// <summary>Answers peers' scans, one after the other, off the lanes.</summary>
internal sealed class ScanService(IStore store, Topologies topologies, VoteGate votes)
{
    /// <summary>Scans waiting, at most; the next is answered Overloaded.</summary>
    private const int WaitingMax = 256;

    private readonly Queue<(PeerLink Link, PeerRequest Request)> _waiting = new();
    private readonly Lock _lock = new();
    private bool _running;

    public void Serve(PeerLink link, IReadOnlyList<PeerRequest> requests)
    {
        bool start;
        lock (_lock)
        {
            foreach (PeerRequest request in requests)
            {
                if (_waiting.Count < WaitingMax)
                {
                    _waiting.Enqueue((link, request));
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

            if (request.Epoch != topology.Epoch || request.Scan is not { } scan)
            {
                link.TrySend(new PeerReply(PeerReplyKind.StaleEpoch, request.Id, topology.Epoch));
                continue;
            }

            try
            {
                StorePage page = await store.ScanAsync(scan, CancellationToken.None);
                link.TrySend(new PeerReply(PeerReplyKind.Page, request.Id, topology.Epoch, Page: page));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                link.TrySend(new PeerReply(PeerReplyKind.StoreFailed, request.Id, topology.Epoch));
            }
        }
    }

    private bool TryNext(out PeerLink link, out PeerRequest request)
    {
        lock (_lock)
        {
            _running = _waiting.TryDequeue(out (PeerLink Link, PeerRequest Request) next);
            (link, request) = next;
            return _running;
        }
    }
}
