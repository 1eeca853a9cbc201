using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class ChangePlanTests
{
    private static readonly TopologyDocument First = Owners.Document(3, 3);
    private static readonly TopologySnapshot InForce = new(First);

    [Fact]
    public void The_name_and_the_address_of_a_living_member_are_refused()
    {
        Assert.StartsWith(
            "the name node3 is taken by a living member, at http://127.0.0.1:9003:", ChangePlan.ProblemOf(InForce, Newcomer("node3", 9), IsDead(1)), StringComparison.Ordinal);
        Assert.Equal(
            "the address http://127.0.0.1:9003 is that of the living member node3",
            ChangePlan.ProblemOf(InForce, Newcomer("other", 9) with { GrpcAddress = "http://127.0.0.1:9003" }, IsDead(1)));
    }

    [Fact]
    public void Nobody_is_replaced_where_a_slot_has_no_living_majority_of_its_owners()
    {
        string? problem = ChangePlan.ProblemOf(InForce, Newcomer("node3", 9), IsDead(2, 3));
        Assert.Equal("node3 cannot be replaced now: slot 0 has no living majority of its owners. Start those members first", problem);
    }

    [Theory]
    [InlineData("node3", "node5", 3, "")]
    [InlineData("node3", "node5", 1, "node3 is alive and is not replaced: have it leave, which hands over what it holds, or stop it and wait until it is seen dead")]
    [InlineData("node3", "node2", 3, "node2 is a member already: remove node3 instead, and the others make copies of what it held")]
    [InlineData("node3", "node3", 3, "a node named node3 takes the place of the dead one without being asked, as soon as it is started on an empty directory")]
    public void A_place_is_kept_of_a_dead_member_for_a_node_that_is_none_yet(string going, string successor, int dead, string problem) =>
        Assert.Equal(problem, ChangePlan.ProblemOf(InForce, First.Members.Single(member => member.Name == going), successor, IsDead(dead)) ?? "");

    [Fact]
    public void Who_is_to_succeed_a_member_takes_its_place_only_while_that_is_dead()
    {
        TopologyChain chain = new([First]);
        chain.Append(Succession.KeepPlace(First, Owners.Member(3).Id, "node5"));
        TopologyMember newcomer = Newcomer("node5", 5);
        Assert.Equal(["node1 Active", "node2 Active", "node3 Leaving", "node5 Joining"], StatesOf(ChangePlan.LetIn(chain, [newcomer], IsDead(3))));
        Assert.Equal(["node1 Active", "node2 Active", "node3 Active", "node5 Joining"], StatesOf(ChangePlan.LetIn(chain, [newcomer], IsDead())));
        Assert.StartsWith(
            "node3 cannot be replaced now: slot 0 has no living majority", ChangePlan.ProblemOf(new TopologySnapshot(chain.Last), newcomer, IsDead(2, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_number_of_copies_is_refused_where_it_is_asked_for()
    {
        Assert.Equal(
            "the cluster has 3 copies of each key, and node4 is configured for 5: set KvStore:Replication (environment KvStore__Replication) to 3 there, or leave it out",
            ChangePlan.ProblemOf(First, Owners.Member(4), 5));
        Assert.Null(ChangePlan.ProblemOf(First, Owners.Member(4), 3));
        Assert.Null(ChangePlan.ProblemOf(First, Owners.Member(4), 0));
    }

    [Fact]
    public void A_full_cluster_lets_nobody_in_but_in_somebody_s_place()
    {
        TopologySnapshot full = Owners.Topology(ChangePlan.MembersMax, 3);
        Assert.Equal("the cluster has 64 members, which is the most there can be", ChangePlan.ProblemOf(full, Newcomer("more", 99), IsDead()));
        Assert.Null(ChangePlan.ProblemOf(full, Newcomer("node3", 99), IsDead(3)));
    }

    [Theory]
    [InlineData(MembershipChange.Leave, 4, 4, false, "")]
    [InlineData(MembershipChange.Leave, 4, 4, true, "node4 is dead and cannot hand over what it holds: start it first, or remove it")]
    [InlineData(MembershipChange.Remove, 4, 4, true, "")]
    [InlineData(MembershipChange.Remove, 4, 4, false, "node4 is alive: have it leave, which hands over what it holds, or stop it and wait until it is seen dead")]
    [InlineData(MembershipChange.Leave, 3, 3, false, "without node3 there are 2 members, and a key is to have 3 copies: it would have 2. Force it, if that is wanted")]
    [InlineData(MembershipChange.Leave, 1, 1, false, "node1 is the last member: without it there is no cluster, and all that it holds would be lost")]
    internal void A_member_goes_only_where_that_leaves_enough_copies_of_all_it_holds(MembershipChange change, int members, int going, bool isDead, string problem)
    {
        TopologySnapshot inForce = Owners.Topology(members, 3);
        Assert.Equal(problem, ChangePlan.ProblemOf(inForce, Owners.Member(going), change, isForced: false, isDead ? IsDead(going) : IsDead()) ?? "");
    }

    [Fact]
    public void Fewer_copies_than_there_are_to_be_can_be_forced_and_the_end_of_the_cluster_cannot()
    {
        Assert.Null(ChangePlan.ProblemOf(InForce, Owners.Member(3), MembershipChange.Leave, isForced: true, IsDead()));
        Assert.NotNull(ChangePlan.ProblemOf(Owners.Topology(1, 3), Owners.Member(1), MembershipChange.Leave, isForced: true, IsDead()));
    }

    [Fact]
    public void Nobody_goes_while_owners_change_or_where_a_slot_it_holds_has_no_living_majority()
    {
        TopologyDocument joint = ChangePlan.LetGo(new TopologyChain([Owners.Document(4, 3)]), Owners.Member(4).Id);
        Assert.Equal(["node1 Active", "node2 Active", "node3 Active", "node4 Leaving"], StatesOf(joint));
        Assert.StartsWith(
            "a change of owners is under way, at epoch 2:", ChangePlan.ProblemOf(new TopologySnapshot(joint), Owners.Member(1), MembershipChange.Leave, isForced: false, IsDead()), StringComparison.Ordinal);
        Assert.Matches(
            "^node4 cannot be removed now: slot [0-9]+ has no living majority of its owners",
            ChangePlan.ProblemOf(Owners.Topology(4, 3), Owners.Member(4), MembershipChange.Remove, isForced: false, IsDead(3, 4)));
    }

    private static Func<MemberId, bool> IsDead(params int[] numbers) => id => numbers.Any(number => Owners.Member(number).Id == id);

    private static TopologyMember Newcomer(string name, int number) => Owners.Member(number) with { Name = name, Ordinal = 0 };

    private static IEnumerable<string> StatesOf(TopologyDocument document) => document.Members.Select(member => $"{member.Name} {member.State}");
}
