using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>What a node says of itself to another, when it asks and when it answers.</summary>
/// <param name="Process">Drawn by its process at the start: a node that meets its own has dialled itself.</param>
/// <param name="ClusterName">Of the cluster it is in or looks for.</param>
/// <param name="Self">Identity, name, addresses and zone; ordinal and state mean nothing yet.</param>
/// <param name="Cluster">Null while it is in none.</param>
/// <param name="Epoch">The last epoch it has the document of.</param>
internal sealed record Acquaintance(Guid Process, string ClusterName, TopologyMember Self, ClusterId? Cluster, Epoch Epoch)
{
    /// <summary>It takes itself for the node that forms the cluster.</summary>
    public bool Forms { get; init; }

    /// <summary>Of a question: it asks to be let in.</summary>
    public bool Joins { get; init; }

    /// <summary>Members that are to own each key, where its configuration says so; else 0.</summary>
    public int Replication { get; init; }

    /// <summary>Where it speaks the Redis protocol, "tcp://host:port"; empty where it does not, or does not tell.</summary>
    public string RespAddress { get; init; } = "";

    /// <summary>Of an answer: documents that whoever asked lacks.</summary>
    public IReadOnlyList<TopologyDocument> Documents { get; init; } = [];

    /// <summary>Of an answer: gRPC addresses of the cluster's members.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Of an answer: why whoever asked cannot be let in, for people; empty if nothing is in the way.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>Of an answer: the cluster has removed whoever asked, in <see cref="Epoch"/> or before.</summary>
    public bool Removed { get; init; }
}
