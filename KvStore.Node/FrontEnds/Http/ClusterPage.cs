namespace KvStore.Node.FrontEnds.Http;

/// <summary>Answer of <c>GET /cluster</c>: who is in it, how even the slots lie, and how one member reaches the others.</summary>
/// <param name="Observer">Name of the member whose view this is.</param>
/// <param name="Replication">Owners of a slot.</param>
/// <param name="Reason">Why the observer is in no cluster, where it is in none.</param>
/// <param name="Pending">What a change of owners under way waits for; missing where there is none.</param>
/// <param name="Members">In order of their ordinals.</param>
/// <param name="Faults">Of the observer's network that are on, on purpose; missing where none is.</param>
internal sealed record ClusterPage(
    string Observer,
    string ClusterId,
    uint Epoch,
    uint Replication,
    IReadOnlyList<ClusterPageMember> Members,
    string? Reason = null,
    string? Pending = null,
    IReadOnlyList<Protocol.NetworkFault>? Faults = null)
{
    /// <summary>Of a node that is in no cluster yet.</summary>
    public static ClusterPage OfNone(string observer, string reason) => new(observer, "", 0, 0, [], reason);

    public static ClusterPage Of(Protocol.Topology topology, Protocol.MemberStatus observer)
    {
        Dictionary<uint, (int Slots, int First)> owned = topology.Members.ToDictionary(member => member.Ordinal, _ => (0, 0));
        foreach (Protocol.SlotRange range in topology.Slots)
        {
            int slots = (int)(range.Last - range.First) + 1;
            for (int place = 0; place < range.Owners.Count; place++)
            {
                (int all, int first) = owned[range.Owners[place]];
                owned[range.Owners[place]] = (all + slots, place == 0 ? first + slots : first);
            }
        }

        return new ClusterPage(
            observer.Name,
            topology.ClusterId,
            topology.Epoch,
            topology.Replication,
            [.. topology.Members.Select(member => new ClusterPageMember(
                member.Id,
                member.Ordinal,
                member.Name,
                member.HttpAddress,
                member.GrpcAddress,
                member.Zone,
                member.State,
                owned[member.Ordinal].Slots,
                owned[member.Ordinal].First,
                observer.Peers.FirstOrDefault(peer => peer.Id == member.Id)))],
            Pending: observer.TopologyPending.Length > 0 ? observer.TopologyPending : null,
            Faults: observer.Faults.Count > 0 ? observer.Faults : null);
    }
}
