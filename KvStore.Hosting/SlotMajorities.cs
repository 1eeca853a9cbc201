using System.Globalization;
using KvStore.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvStore.Hosting;

/// <summary>Whether a cluster can be used: every slot needs a majority of its owners serving. Pure.</summary>
internal static class SlotMajorities
{
    /// <param name="topology">As a node that serves sees it; null if none does.</param>
    /// <param name="serving">Identities of the members that serve. Nodes that are no members do not count, whatever they do.</param>
    public static HealthCheckResult Check(ClusterTopology? topology, IReadOnlySet<string> serving)
    {
        if (topology is null)
        {
            return HealthCheckResult.Unhealthy("No node serves.");
        }
        var ordinals = topology.Members.Where(member => serving.Contains(member.Id)).Select(member => member.Ordinal).ToHashSet();
        var lacking = topology
            .Slots.Where(range => range.Owners.Count(ordinals.Contains) <= range.Owners.Length / 2)
            .Sum(range => range.Last - range.First + 1);
        var notServing = topology.Members.Where(member => !serving.Contains(member.Id)).Select(member => member.Name).ToList();
        var missing = notServing.Count == 0 ? "" : $" Not serving: {string.Join(", ", notServing)}.";
        return lacking == 0
            ? HealthCheckResult.Healthy($"Every slot has a serving majority.{missing}")
            : HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"{lacking} slots have no serving majority.{missing}"));
    }
}
