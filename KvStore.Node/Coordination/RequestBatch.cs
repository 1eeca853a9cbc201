using KvStore.Node.Peers;

namespace KvStore.Node.Coordination;

/// <summary>The requests of one frame that belong to one lane.</summary>
/// <param name="Link">Where the answers go.</param>
/// <param name="Arrived">When the frame arrived, in the member's milliseconds: their time to run counts from then.</param>
internal sealed record RequestBatch(PeerLink Link, long Arrived, IReadOnlyList<PeerRequest> Requests);
