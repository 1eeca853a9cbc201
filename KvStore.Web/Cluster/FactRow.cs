using System.Collections.Immutable;

namespace KvStore.Web.Cluster;

/// <summary>The same fact of several members.</summary>
/// <param name="Group">What it belongs to.</param>
/// <param name="Facts">One a member, in their order; null where a member says nothing of it.</param>
internal sealed record FactRow(string Group, string Name, string Meaning, ImmutableArray<Fact?> Facts);
