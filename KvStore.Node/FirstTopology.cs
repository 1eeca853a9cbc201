using System.Diagnostics.CodeAnalysis;
using KvStore.Node.Configuration;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>
/// Configuration as the source of epoch 1, and of nothing after it: what the store holds is in force, and a configuration
/// that names another membership is refused.
/// </summary>
internal static class FirstTopology
{
    /// <summary>
    /// The document that the configuration describes. Identities come from the cluster's and the members' names; ordinals
    /// from the names' order (shorter first, so that node2 comes before node10), whatever order they are listed in.
    /// </summary>
    public static TopologyDocument Of(NodeOptions options, IReadOnlyList<MemberOptions> members)
    {
        ClusterId cluster = ClusterId.FromName(options.Cluster);
        MemberOptions[] ordered = [.. members.OrderBy(member => member.Name.Length).ThenBy(member => member.Name, StringComparer.Ordinal)];
        return TopologyDocument.First(
            cluster,
            options.Replication,
            options.VirtualNodes,
            options.LoadBound,
            [.. ordered.Select((member, index) => new TopologyMember(
                MemberId.FromName(cluster, member.Name), (ushort)(index + 1), member.Name, member.Http, member.Grpc, member.Zone, MemberState.Active))]);
    }

    /// <summary>Holds the configured document against the one the store keeps, if it keeps one.</summary>
    /// <param name="directory">For the message.</param>
    /// <param name="inForce">The membership of the store with the addresses of the configuration.</param>
    public static bool TryReconcile(
        TopologyDocument configured,
        StoreContents contents,
        string directory,
        [NotNullWhen(true)] out TopologyDocument? inForce,
        [NotNullWhen(false)] out string? problem)
    {
        inForce = null;
        Fact[] kept = [.. contents.OfKind(FactKind.Topology)];
        if (kept.Length == 0)
        {
            inForce = configured;
            problem = null;
            return true;
        }

        if (!TopologyCodec.TryDecode(kept[^1].Payload, out TopologyDocument? stored, out string? unreadable))
        {
            problem = $"The data directory {directory} cannot be used: {unreadable}.";
            return false;
        }

        if (configured.DifferenceFrom(stored) is { } difference)
        {
            problem = $"The configuration names another membership than the data directory {directory} belongs to: {difference}. "
                + "Changing the members of a cluster with data is not possible by configuration: restore KvStore:Members, "
                + "KvStore:Replication, KvStore:VirtualNodes and KvStore:LoadBound, or name an empty KvStore:DataDirectory for a new cluster.";
            return false;
        }

        inForce = stored with { Members = [.. stored.Members.Select(member => Moved(member, configured.Find(member.Id)!))] };
        problem = null;
        return true;
    }

    private static TopologyMember Moved(TopologyMember stored, TopologyMember configured) =>
        stored with { HttpAddress = configured.HttpAddress, GrpcAddress = configured.GrpcAddress };
}
