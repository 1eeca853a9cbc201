using KvStore.Node;
using KvStore.Node.Membership;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;
using KvStore.Tests.Peers;

namespace KvStore.Tests.Topology;

/// <summary>Members that tell each other whom they want removed and whom kept, as gossip brings it.</summary>
public sealed class MemberEvictionsTests
{
    private static readonly TimeSpan After = TimeSpan.FromMinutes(1);
    private static readonly TopologySnapshot Five = new(Owners.Document(5, 3));

    private readonly ManualTime _time = new();
    private readonly Dictionary<int, List<MemberSight>> _sights = [];
    private readonly Dictionary<int, MemberEvictions> _members = [];
    private readonly Dictionary<int, TopologyEvents> _events = [];

    public MemberEvictionsTests()
    {
        for (int number = 1; number <= 5; number++)
        {
            List<MemberSight> sights = _sights[number] = [];
            TopologyEvents events = _events[number] = new TopologyEvents(_time);
            _members[number] = new MemberEvictions(Id(number), After, static () => Five, () => sights, events, _time);
        }
    }

    [Fact]
    public void A_member_goes_when_a_majority_has_taken_it_for_dead_for_long_enough()
    {
        See(5, After, 1, 2);
        See(5, After - TimeSpan.FromSeconds(1), 3, 4);
        Talk(1, 2, 3, 4);
        Assert.Null(_members[1].Look(Five));
        Assert.Equal(["node1", "node2"], Assert.Single(_members[1].Reports()).Agreeing.Select(member => member.Name));

        See(5, After, 3);
        Talk(1, 2, 3, 4);
        Assert.Equal("node5", _members[1].Look(Five)?.Name);
        Assert.Null(_members[4].Look(Five)); // it does not see it so
    }

    [Fact]
    public void What_was_said_long_ago_counts_no_more()
    {
        See(5, After, 1, 2, 3);
        Talk(1, 2, 3);
        _time.Advance(MemberEvictions.SaidAgeMax);
        Assert.NotNull(_members[1].Look(Five));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_members[1].Look(Five));
    }

    [Fact]
    public void Two_dead_of_five_go_one_after_the_other_and_none_without_a_living_majority_of_its_slots()
    {
        See(4, After, 1, 2, 3);
        See(5, After, 1, 2, 3);
        Talk(1, 2, 3);
        Assert.Null(_members[1].Look(Five));
        EvictionReport report = _members[1].Reports()[0];
        Assert.Matches("^node4 cannot be removed now: slot [0-9]+ has no living majority of its owners", report.Obstacle);
        Assert.Equal((3, 3), (report.Agreeing.Count, report.Needed));
    }

    [Fact]
    public void A_member_that_somebody_wants_kept_stays_for_all_until_it_was_alive_again()
    {
        See(5, After - TimeSpan.FromSeconds(1), 1, 2, 3, 4);
        Assert.Null(_members[4].Keep(Owners.Member(5)));
        Talk(4, 3);
        Talk(3, 1, 2); // 4 is not heard by them
        See(5, After, 1, 2, 3, 4);
        Talk(1, 2, 3, 4);
        Assert.All(Enumerable.Range(1, 4), number => Assert.Null(_members[number].Look(Five)));
        Assert.Equal((true, null), (_members[1].Reports()[0].IsKept, _members[1].Reports()[0].Left));

        See(5, After, incarnation: 2, 1, 2, 3, 4);
        Talk(1, 2, 3, 4);
        Assert.Equal("node5", _members[1].Look(Five)?.Name);
    }

    [Fact]
    public void Only_a_dead_member_can_be_kept()
    {
        _sights[1].Add(new MemberSight(Id(5), Liveness.Alive, 1, Id(1), After, null));
        Assert.Equal("node5 is not dead: nobody would remove it", _members[1].Keep(Owners.Member(5)));
    }

    [Fact]
    public void What_is_ahead_is_told_once_for_each_death()
    {
        See(5, TimeSpan.FromSeconds(20), 1);
        _members[1].Look(Five);
        _members[1].Look(Five);
        TopologyEvent ahead = Assert.Single(_events[1].All);
        Assert.Equal(("eviction ahead", "node5", "dead; removed in 40 s unless it comes back or is kept"), (ahead.Kind, ahead.Member, ahead.Text));
        See(5, TimeSpan.Zero, incarnation: 2, 1);
        _members[1].Look(Five);
        Assert.Equal(2, _events[1].All.Count);
    }

    private static MemberId Id(int number) => Owners.Member(number).Id;

    private void See(int dead, TimeSpan age, params int[] observers) => See(dead, age, incarnation: 1, observers);

    private void See(int dead, TimeSpan age, long incarnation, params int[] observers)
    {
        foreach (int observer in observers)
        {
            _sights[observer].RemoveAll(sight => sight.Member == Id(dead));
            _sights[observer].Add(new MemberSight(Id(dead), Liveness.Dead, incarnation, Id(observer), age, null));
        }
    }

    /// <summary>Each of them tells the others.</summary>
    private void Talk(params int[] members)
    {
        foreach (int from in members)
        {
            foreach (int to in members.Where(member => member != from))
            {
                _members[to].Hear(Id(from), _members[from].Signs);
            }
        }
    }
}
