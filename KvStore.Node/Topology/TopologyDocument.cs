using System.Buffers.Binary;
using System.Security.Cryptography;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// The immutable document of one epoch: who the members are and which of them own slots now (<see cref="Current"/>) and,
/// while something moves, after the move (<see cref="Next"/>). Slot tables are computed from the sets, never stored.
/// </summary>
/// <remarks>
/// Topology/ holds the decided documents and the one cell that publishes the one in force; everything else reads a
/// <see cref="TopologySnapshot"/> once per request and passes it down. Epoch 1 is made from configuration; who decides the
/// later ones is not this folder's business.
/// </remarks>
/// <param name="Cluster">The cluster the document belongs to.</param>
/// <param name="Epoch">Its number; a document of another epoch is another document.</param>
/// <param name="Replication">Owners of a slot.</param>
/// <param name="VirtualNodes">Tokens a member has on the ring.</param>
/// <param name="LoadBound">How far above its fair share a member may be loaded (ε of bounded loads).</param>
/// <param name="Members">By rising ordinal; ordinals and names are unique.</param>
/// <param name="Current">Members that own slots now.</param>
/// <param name="Next">Members that will, while a change is under way; else null.</param>
internal sealed record TopologyDocument(
    ClusterId Cluster,
    Epoch Epoch,
    int Replication,
    int VirtualNodes,
    double LoadBound,
    IReadOnlyList<TopologyMember> Members,
    IReadOnlyList<MemberId> Current,
    IReadOnlyList<MemberId>? Next)
{
    /// <summary>More members than this do not fit the slot table's compact form.</summary>
    public const int MembersMax = 1024;

    /// <summary>The cluster's name, for people and for nodes that look for it; empty in documents from before names were kept.</summary>
    public string ClusterName { get; init; } = "";

    public TopologyMember? Find(MemberId id)
    {
        foreach (TopologyMember member in Members)
        {
            if (member.Id == id)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>Epoch 1 of a cluster whose members are given by configuration, in that order.</summary>
    public static TopologyDocument First(
        ClusterId cluster, int replication, int virtualNodes, double loadBound, IReadOnlyList<TopologyMember> members)
    {
        Invariant.Holds(members.Count is > 0 and <= MembersMax);
        MemberId[] all = [.. members.Select(member => member.Id)];
        return new TopologyDocument(cluster, Epoch.First, replication, virtualNodes, loadBound, members, all, null);
    }

    /// <summary>
    /// Says why <paramref name="other"/> is not the same membership, or null if it is. Addresses may differ: a member may
    /// come back elsewhere.
    /// </summary>
    public string? DifferenceFrom(TopologyDocument other)
    {
        if (Cluster != other.Cluster)
        {
            return $"cluster {Cluster}, not {other.Cluster}";
        }

        if (Replication != other.Replication)
        {
            return $"replication {Replication}, not {other.Replication}";
        }

        if (VirtualNodes != other.VirtualNodes)
        {
            return $"virtual nodes {VirtualNodes}, not {other.VirtualNodes}";
        }

        if (LoadBound != other.LoadBound)
        {
            return FormattableString.Invariant($"load bound {LoadBound}, not {other.LoadBound}");
        }

        string mine = string.Join(", ", Members.Select(member => $"{member.Name}={member.Id}/{member.Zone}"));
        string theirs = string.Join(", ", other.Members.Select(member => $"{member.Name}={member.Id}/{member.Zone}"));
        return mine == theirs ? null : $"members [{Names}], not [{other.Names}]";
    }

    private string Names => string.Join(", ", Members.Select(member => member.Zone.Length == 0 ? member.Name : $"{member.Name}@{member.Zone}"));

    /// <summary>Members that own nothing yet, and do not begin to.</summary>
    public IReadOnlyList<TopologyMember> LetIn => Next is not null ? [] : [.. Members.Where(member => member.State == MemberState.Joining)];

    /// <summary>Equal for two documents exactly if they agree on everything but addresses.</summary>
    public ulong Digest()
    {
        TopologyDocument bare = this with { Members = [.. Members.Select(member => member with { HttpAddress = "", GrpcAddress = "" })] };
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(TopologyCodec.Encode(bare)));
    }
}
