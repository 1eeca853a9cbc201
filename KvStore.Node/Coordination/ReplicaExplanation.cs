using KvStore.Node.Registers;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <param name="Member">The replica.</param>
/// <param name="Answered">False if it said nothing within the request's time.</param>
/// <param name="Record">What it holds.</param>
/// <param name="Elapsed">Until its answer.</param>
internal sealed record ReplicaExplanation(TopologyMember Member, bool Answered, RegisterRecord Record, TimeSpan Elapsed);
