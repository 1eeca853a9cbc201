using KvStore.Node.Topology;

namespace KvStore.Node.Peers;

/// <summary>A member and the links dialled to it.</summary>
internal sealed record DialledMember(TopologyMember Member, PeerLink Register, PeerLink Bulk)
{
    public PeerLink LinkOf(LinkClass linkClass) => linkClass == LinkClass.Bulk ? Bulk : Register;
}
