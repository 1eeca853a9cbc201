using KvStore.Node.Membership;
using KvStore.Node.Migration;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Migration;

public sealed class EvictionPolicyTests
{
    private static readonly TimeSpan After = TimeSpan.FromMinutes(10);
    private static readonly TopologyDocument Five = Owners.Document(5, 3);

    [Fact]
    public void Nobody_is_wanted_out_who_is_not_dead_for_long_enough()
    {
        Assert.Null(Wanted(Sight(2, Liveness.Alive, After * 2), Sight(3, Liveness.Suspect, After * 2), Sight(4, Liveness.Dead, After - TimeSpan.FromTicks(1))));
        Assert.Equal(Id(4), Wanted(Sight(4, Liveness.Dead, After)));
    }

    [Fact]
    public void Of_several_all_observers_want_the_same_one_out()
    {
        Assert.Equal(Id(3), Wanted(Sight(5, Liveness.Dead, After * 9), Sight(3, Liveness.Dead, After)));
        Assert.Equal(Id(3), Wanted(Sight(3, Liveness.Dead, After * 9), Sight(5, Liveness.Dead, After)));
    }

    [Fact]
    public void Whoever_is_kept_is_not_wanted_out()
    {
        MemberSight[] sights = [Sight(3, Liveness.Dead, After), Sight(5, Liveness.Dead, After)];
        Assert.Equal(Id(5), EvictionPolicy.WantedBy(Five, sights, After, sight => sight.Member == Id(3))?.Member);
    }

    [Fact]
    public void Without_a_time_nobody_ever_is()
    {
        Assert.Null(EvictionPolicy.WantedBy(Five, [Sight(3, Liveness.Dead, TimeSpan.FromDays(1))], TimeSpan.Zero, static _ => false));
    }

    [Fact]
    public void A_majority_of_all_owners_must_agree_and_neither_the_dead_nor_strangers_count()
    {
        Assert.Equal([2, 3, 3, 4], Enumerable.Range(3, 4).Select(members => EvictionPolicy.MajorityOf(Owners.Document(members, 3))));
        Dictionary<MemberId, MemberId> wanted = new()
        {
            [Id(1)] = Id(3),
            [Id(2)] = Id(4),
            [Id(3)] = Id(3),
            [Id(5)] = Id(3),
            [Id(9)] = Id(3),
        };
        Assert.Equal([Id(1), Id(5)], EvictionPolicy.AgreeingOn(Five, Id(3), member => wanted.GetValueOrDefault(member)));
    }

    private static MemberId? Wanted(params MemberSight[] sights) => EvictionPolicy.WantedBy(Five, sights, After, static _ => false)?.Member;

    private static MemberId Id(int number) => Owners.Member(number).Id;

    private static MemberSight Sight(int number, Liveness liveness, TimeSpan age) => new(Id(number), liveness, 1, Id(1), age, null);
}
