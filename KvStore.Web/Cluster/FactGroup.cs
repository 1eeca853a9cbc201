using System.Collections.Immutable;

namespace KvStore.Web.Cluster;

/// <summary>Facts about one side of a member.</summary>
internal sealed record FactGroup(string Name, ImmutableArray<Fact> Facts);
