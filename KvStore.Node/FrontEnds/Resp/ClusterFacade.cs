using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// The cluster as one of Redis: which members speak this protocol, and which slots clients are to bring to each. Members that do
/// not, or do not tell where, are left out; those that failure detection doubts have no slots.
/// </summary>
internal sealed class ClusterFacade(Member member, MemberGossip gossip, RespAddresses addresses)
{
    private volatile Sharing? _last;

    public MemberId Self => member.Id;

    public TopologySnapshot Topology => member.Topologies.Current;

    /// <summary>Completed when there is something to tell.</summary>
    public Task Ready => addresses.EverybodyAsked;

    /// <summary>This member first, then the others by their ordinals.</summary>
    public IReadOnlyList<ClusterServer> Servers()
    {
        TopologySnapshot topology = Topology;
        List<ClusterServer> known =
        [
            .. from each in topology.Document.Members
               let address = addresses.Find(each.Id)
               where address is not null
               orderby each.Id != Self, each.Ordinal
               select new ClusterServer(each, address, DoubtOf(each.Id), []),
        ];
        MemberId[] serving = [.. known.Where(server => server.IsServing).Select(server => server.Member.Id)];
        if (serving.Length == 0)
        {
            return known;
        }

        Sharing? last = _last;
        if (last is null || last.Topology != topology || !last.Serving.SequenceEqual(serving))
        {
            _last = last = new Sharing(topology, serving, SlotSharing.Of(topology, serving));
        }

        return [.. known.Select(server => server.IsServing ? server with { Slots = last.Slots[Array.IndexOf(serving, server.Member.Id)] } : server)];
    }

    /// <summary>Whether the member has a link to the other, or is that one.</summary>
    public bool IsConnected(MemberId other) => other == Self || member.Links.IsConnected(other);

    /// <summary>Slots of which a majority of owners is alive; those of which it is not known to be dead; and the rest.</summary>
    public (int Ok, int Doubted, int Failed) Health()
    {
        TopologySnapshot topology = Topology;
        HashSet<MemberId> dead = [.. topology.Document.Members.Select(each => each.Id).Where(gossip.IsDead)];
        int ok = 0;
        int failed = 0;
        for (int number = 0; number < Slot.Count; number++)
        {
            SlotOwners owners = topology.OwnersOf(new Slot(number));
            uint alive = 0;
            uint notDead = 0;
            for (int place = 0; place < owners.Count; place++)
            {
                alive |= gossip.IsAlive(owners[place].Id) ? 1u << place : 0;
                notDead |= dead.Contains(owners[place].Id) ? 0 : 1u << place;
            }

            ok += owners.HasMajority(alive) ? 1 : 0;
            failed += owners.HasMajority(notDead) ? 0 : 1;
        }

        return (ok, Slot.Count - ok - failed, failed);
    }

    private string DoubtOf(MemberId other) => other == Self || gossip.IsAlive(other) ? "" : gossip.IsDead(other) ? "fail" : "fail?";

    /// <summary>Costs some milliseconds, so it is kept while nothing changes.</summary>
    private sealed record Sharing(TopologySnapshot Topology, MemberId[] Serving, IReadOnlyList<IReadOnlyList<(int First, int Last)>> Slots);
}
