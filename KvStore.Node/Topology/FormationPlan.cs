using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// What a node without a cluster does with what its seeds answered: joins where there is a cluster, forms one where it may be
/// sure that there is none and that nobody else does, and waits otherwise. Pure.
/// </summary>
/// <remarks>
/// Only the first seed forms, or a node without seeds; and only when every other seed has answered that it is in no cluster.
/// These seeds are members of epoch 1 from the start: they are empty, so nothing has to move to them. Of two that take
/// themselves for the first, because their lists begin differently, the one with the lower address goes on.
/// </remarks>
/// <param name="Reason">Why it waits, or what it does; for people.</param>
/// <param name="Door">The member to ask; empty if there is none.</param>
/// <param name="Nodes">To form with, this one included; or none.</param>
/// <param name="Documents">To enter with.</param>
internal sealed record FormationPlan(
    FormationStep Step, string Reason, string Door, IReadOnlyList<TopologyMember> Nodes, IReadOnlyList<TopologyDocument> Documents)
{
    /// <param name="self">This node, with the replication that it would form a cluster with.</param>
    /// <param name="seeds">In their order, one answer for each; none where none are configured.</param>
    /// <param name="isSettled">Whether who answers has not changed for a while, where seeds are found and not listed.</param>
    public static FormationPlan Make(Acquaintance self, IReadOnlyList<SeedAnswer> seeds, bool isSettled)
    {
        List<SeedAnswer> others = [.. seeds.Where(seed => !seed.IsOwn)];
        List<SeedAnswer> inCluster = [.. others.Where(seed => seed.Node?.Cluster is not null && seed.Problem.Length == 0)];
        if (inCluster.Select(seed => seed.Node!.Cluster).Distinct().Count() > 1)
        {
            string clusters = string.Join(", ", inCluster.Select(seed => $"{seed.Address} of cluster {seed.Node!.Cluster}"));
            return Wait($"its seeds belong to different clusters, which never merge: {clusters}. Leave one of them in KvStore:Seeds");
        }

        if (inCluster.FirstOrDefault(seed => seed.Node!.Documents.Count > 0) is { } door)
        {
            return new FormationPlan(FormationStep.Enter, $"{door.Node!.Self.Name} has let it in", door.Address, [], door.Node.Documents);
        }

        if (inCluster.Count > 0)
        {
            SeedAnswer asked = inCluster.Find(seed => seed.Node!.Refusal.Length == 0) ?? inCluster[0];
            string refusal = asked.Node!.Refusal.Length == 0 ? "has to decide an epoch with this node" : $"says: {asked.Node.Refusal}";
            return new FormationPlan(FormationStep.Ask, $"{asked.Node.Self.Name} at {asked.Address} {refusal}", asked.Address, [], []);
        }

        return Problem(self, seeds, others, isSettled) is { } problem
            ? Wait(problem)
            : new FormationPlan(
                FormationStep.Form, "all its seeds are in no cluster, and it forms one with them", "", [self.Self, .. others.Where(seed => seed.Node is not null).Select(seed => seed.Node!.Self)], []);
    }

    /// <summary>Whether this node is the one to form a cluster, as far as its own seeds say.</summary>
    public static bool IsFirst(IReadOnlyList<SeedAnswer> seeds) =>
        seeds.Count == 0 || seeds.FirstOrDefault(seed => seed.IsOwn || seed.MustAnswer || seed.Node is not null) is { IsOwn: true };

    private static string? Problem(Acquaintance self, IReadOnlyList<SeedAnswer> seeds, List<SeedAnswer> others, bool isSettled)
    {
        List<SeedAnswer> silent = [.. others.Where(seed => seed.Problem.Length > 0 && (seed.MustAnswer || seed.Node is not null))];
        if (silent.Count > 0)
        {
            return $"it waits for its seeds: {string.Join("; ", silent.Select(seed => $"{seed.Address}: {seed.Problem}"))}";
        }

        List<Acquaintance> nodes = [.. others.Where(seed => seed.Node is not null).Select(seed => seed.Node!)];
        if (!IsFirst(seeds))
        {
            return seeds.All(seed => seed.Node is null)
                ? "none of its seeds answers"
                : $"no seed is in a cluster yet, and the first of them has to form it: {seeds.First(seed => seed.MustAnswer || seed.Node is not null).Address}";
        }

        if (nodes.Find(node => node.Forms && string.CompareOrdinal(node.Self.GrpcAddress, self.Self.GrpcAddress) < 0) is { } rival)
        {
            return $"{rival.Self.Name} at {rival.Self.GrpcAddress} takes itself for the first seed too, and goes first";
        }

        if (nodes.Find(node => node.Replication != 0 && node.Replication != self.Replication) is { } other)
        {
            return $"{other.Self.Name} at {other.Self.GrpcAddress} is configured for {other.Replication} copies of each key, this node for {self.Replication}: "
                + "give both the same KvStore:Replication";
        }

        IGrouping<string, TopologyMember>? shared =
            nodes.Select(node => node.Self).Append(self.Self).GroupBy(node => node.Name).FirstOrDefault(named => named.Count() > 1);
        return shared is not null
                ? $"two nodes have the name {shared.Key}: {string.Join(" and ", shared.Select(node => node.GrpcAddress))}. Give one of them another KvStore:Name"
            : isSettled ? null
            : "it waits a moment for more seeds to be found";
    }

    private static FormationPlan Wait(string reason) => new(FormationStep.Wait, reason, "", [], []);
}
