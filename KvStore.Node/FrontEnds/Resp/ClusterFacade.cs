using System.Buffers;
using System.Collections.Concurrent;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// The cluster as one of Redis: which members speak this protocol, and which slots clients are to bring to each. Members that do
/// not, or do not tell where, are left out; those that failure detection doubts have no slots.
/// </summary>
internal sealed class ClusterFacade(Member member, MemberGossip gossip, RespAddresses addresses)
{
    /// <summary>Answers of each kind and version of the protocol: there are as many as questions that are long to answer, and each is replaced by its next.</summary>
    private readonly ConcurrentDictionary<(string Question, int Protocol), Answered> _answers = new();

    private volatile Sharing? _last;

    public MemberId Self => member.Id;

    public TopologySnapshot Topology => member.Topologies.Current;

    /// <summary>Completed when there is something to tell.</summary>
    public Task Ready => addresses.EverybodyAsked;

    /// <summary>This member first, then the others by their ordinals.</summary>
    public IReadOnlyList<ClusterServer> Servers() => Servers(Topology);

    private List<ClusterServer> Servers(TopologySnapshot topology)
    {
        List<ClusterServer> known =
        [
            .. from each in topology.Document.Members
               let address = addresses.Find(each.Id)
               where address is not null
               orderby each.Id != Self, each.Ordinal
               select new ClusterServer(each, address, DoubtOf(each.Id), IsConnected(each.Id), []),
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

    /// <summary>
    /// The answer to a question about all slots, which is about a megabyte: made and written once while what it tells stays the
    /// same, because all clients ask when a member is lost, each of them and at once.
    /// </summary>
    /// <param name="make">The answer, of the topology and of <see cref="Servers"/> alone.</param>
    public RespReply Answer(string question, int protocol, Func<TopologySnapshot, IReadOnlyList<ClusterServer>, RespReply> make)
    {
        TopologySnapshot topology = Topology;
        List<ClusterServer> servers = Servers(topology);
        if (!_answers.TryGetValue((question, protocol), out Answered? last) || last.Topology != topology || !last.Servers.SequenceEqual(servers))
        {
            ArrayBufferWriter<byte> written = new();
            RespWriter.Write(written, make(topology, servers), protocol);
            _answers[(question, protocol)] = last = new Answered(topology, servers, written.WrittenSpan.ToArray());
        }

        return RespReply.Written(last.Bytes);
    }

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

    private bool IsConnected(MemberId other) => other == Self || member.Links.IsConnected(other);

    private string DoubtOf(MemberId other) => other == Self || gossip.IsAlive(other) ? "" : gossip.IsDead(other) ? "fail" : "fail?";

    private sealed record Answered(TopologySnapshot Topology, IReadOnlyList<ClusterServer> Servers, byte[] Bytes);

    /// <summary>Costs some milliseconds, so it is kept while nothing changes.</summary>
    private sealed record Sharing(TopologySnapshot Topology, MemberId[] Serving, IReadOnlyList<IReadOnlyList<(int First, int Last)>> Slots);
}
