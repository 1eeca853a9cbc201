using KvStore.Node.Peers;
using KvStore.Node.Ring;

namespace KvStore.Node;

/// <summary>How a member is ranked here, on average over the lanes.</summary>
/// <param name="Milliseconds">That its answer to a read or prepare is expected to take.</param>
/// <param name="Load">What it last told of itself.</param>
internal sealed record RankReport(MemberId Member, double Milliseconds, PeerLoad Load);
