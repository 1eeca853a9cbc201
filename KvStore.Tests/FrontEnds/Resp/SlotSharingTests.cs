using KvStore.Node.FrontEnds.Resp;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>Which member clients in cluster mode bring each slot's commands to.</summary>
public sealed class SlotSharingTests
{
    private static readonly TopologySnapshot Five = Owners.Topology(5, 3);

    private static readonly MemberId[] All = [.. Five.Document.Members.Select(member => member.Id)];

    [Fact]
    public void Each_slot_is_its_first_owners_where_all_serve()
    {
        MemberId?[] servers = ServersOf(All);
        for (int number = 0; number < Slot.Count; number++)
        {
            Assert.Equal(Five.OwnersOf(new Slot(number))[0].Id, servers[number]);
        }
    }

    [Fact]
    public void Slots_of_a_member_that_does_not_serve_are_their_next_owners()
    {
        MemberId gone = All[1];
        MemberId?[] before = ServersOf(All);
        MemberId?[] after = ServersOf([.. All.Where(member => member != gone)]);
        int moved = 0;
        for (int number = 0; number < Slot.Count; number++)
        {
            bool wasGones = before[number] == gone;
            moved += wasGones ? 1 : 0;
            Assert.Equal(Five.OwnersOf(new Slot(number))[wasGones ? 1 : 0].Id, after[number]);
        }

        Assert.InRange(moved, 1, Slot.Count - 1);
    }

    [Fact]
    public void Slots_without_an_owner_that_serves_are_spread_over_those_that_do()
    {
        TopologySnapshot single = Owners.Topology(5, 1);
        IReadOnlyList<IReadOnlyList<(int First, int Last)>> shares = SlotSharing.Of(single, [All[0], All[1]]);
        int[] counts = [.. shares.Select(share => share.Sum(range => range.Last - range.First + 1))];
        Assert.Equal(Slot.Count, counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, Slot.Count * 2 / 5, Slot.Count * 3 / 5));
    }

    [Fact]
    public void Ranges_rise_and_do_not_touch() => Assert.All(SlotSharing.Of(Five, All), share =>
    {
        for (int i = 1; i < share.Count; i++)
        {
            Assert.True(share[i].First > share[i - 1].Last + 1);
        }
    });

    /// <returns>By slot; each must be in exactly one share.</returns>
    private static MemberId?[] ServersOf(MemberId[] serving)
    {
        var servers = new MemberId?[Slot.Count];
        IReadOnlyList<IReadOnlyList<(int First, int Last)>> shares = SlotSharing.Of(Five, serving);
        Assert.Equal(serving.Length, shares.Count);
        foreach ((int place, IReadOnlyList<(int First, int Last)> share) in shares.Index())
        {
            foreach ((int first, int last) in share)
            {
                for (int number = first; number <= last; number++)
                {
                    Assert.Null(servers[number]);
                    servers[number] = serving[place];
                }
            }
        }

        Assert.DoesNotContain(null, servers);
        return servers;
    }
}
