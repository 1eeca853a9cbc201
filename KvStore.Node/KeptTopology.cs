using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>The documents of a cluster as a data directory keeps them, and epoch 1 as it is made where there is no cluster.</summary>
internal static class KeptTopology
{
    /// <summary>Epoch 1 of a new cluster.</summary>
    /// <param name="nodes">Its members. Ordinals come from the names' order (shorter first, so that node2 comes before node10).</param>
    public static TopologyDocument First(NodeOptions options, ClusterId cluster, IReadOnlyList<TopologyMember> nodes)
    {
        TopologyMember[] ordered = [.. nodes.OrderBy(node => node.Name.Length).ThenBy(node => node.Name, StringComparer.Ordinal)];
        return TopologyDocument.First(
            cluster,
            options.Replication,
            options.VirtualNodes,
            options.LoadBound,
            [.. ordered.Select((node, index) => node with { Ordinal = (ushort)(index + 1), State = MemberState.Active })]) with
        { ClusterName = options.Cluster };
    }

    /// <summary>
    /// The documents that a directory keeps; none if nothing was ever written to it, or no more than the beginning of the first
    /// write. That is all documents of a cluster up to the one that let the member in; a power cut may leave only some of them,
    /// and whoever has nothing else has answered nobody yet.
    /// </summary>
    /// <exception cref="StoreRefusal">They cannot be read, or belong to another member or cluster than the options name.</exception>
    public static IReadOnlyList<TopologyDocument> Of(StoreContents contents, NodeOptions options)
    {
        List<TopologyDocument> documents = [];
        foreach (Fact fact in contents.OfKind(FactKind.Topology))
        {
            if (!TopologyCodec.TryDecode(fact.Payload, out TopologyDocument? document, out string? unreadable)
                || document.Epoch.Number != fact.Number
                || document.Cluster != contents.Cluster
                || (documents.Count > 0 && Succession.ProblemFor(documents[^1], document) is not null))
            {
                throw new StoreRefusal(
                    $"The data directory {options.DataDirectory} cannot be used: the topology document of epoch {fact.Number} is damaged"
                    + $"{(unreadable is null ? "" : $" ({unreadable})")}. Put back a sound copy of the directory, or start the member on an empty one: "
                    + "it then comes back as a new member, and its copies come from the other owners of its keys.");
            }

            documents.Add(document);
        }

        if (documents.Count == 0)
        {
            return contents.DurableLsn == 0 ? [] : throw new StoreRefusal(
                $"The data directory {options.DataDirectory} cannot be used: it holds data and no topology document, so nobody knows who its cluster is. "
                + "Put back a sound copy of the directory, or start the member on an empty one.");
        }

        if (documents.All(document => document.Find(contents.Member) is null))
        {
            return [];
        }

        Check(documents, contents, options);
        return documents;
    }

    private static void Check(List<TopologyDocument> documents, StoreContents contents, NodeOptions options)
    {
        TopologyDocument last = documents[^1];
        string name = documents.Select(document => document.Find(contents.Member)?.Name).LastOrDefault(name => name is not null) ?? "";
        bool isNamesake = last.ClusterName.Length == 0 || last.ClusterName == options.Cluster;
        if (name != options.Name || !isNamesake)
        {
            throw new StoreRefusal(
                $"The data directory {options.DataDirectory} belongs to member {name} of cluster {last.ClusterName}, not to member {options.Name} of cluster {options.Cluster}. "
                + "Point the member at its own data directory, or at an empty one to make it a new member.");
        }
    }
}
