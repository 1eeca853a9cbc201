using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>A member as the topology knows it.</summary>
/// <param name="Id">Its durable identity.</param>
/// <param name="Ordinal">Its short number in ballots; never reused in a cluster.</param>
/// <param name="Name">For people; unique in the cluster.</param>
/// <param name="HttpAddress">Base address of REST and health, "http://host:port".</param>
/// <param name="GrpcAddress">Base address for clients and peers over h2c, "http://host:port".</param>
/// <param name="Zone">Replicas of a slot avoid sharing one; empty if zones are not used.</param>
internal sealed record TopologyMember(
    MemberId Id, ushort Ordinal, string Name, string HttpAddress, string GrpcAddress, string Zone, MemberState State)
{
    /// <summary>Name of the node that takes this member's place when it asks to be let in while this one is dead; empty if there is none.</summary>
    public string Successor { get; init; } = "";
}
