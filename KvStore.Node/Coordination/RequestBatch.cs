using KvStore.Node.Peers;

namespace KvStore.Node.Coordination;

/// <summary>The requests of one frame that belong to one lane.</summary>
/// <param name="Link">Where the answers go.</param>
/// <param name="Arrived">When the frame arrived, in the member's milliseconds.</param>
/// <param name="Waited">Milliseconds that the frame had waited to leave: their time to run counts from so long before it arrived.</param>
internal sealed record RequestBatch(PeerLink Link, long Arrived, int Waited, IReadOnlyList<PeerRequest> Requests)
{
    /// <summary>When the time of a request is over.</summary>
    public long DeadlineOf(in PeerRequest request) => Arrived - Waited + request.TimeoutMilliseconds;
}
