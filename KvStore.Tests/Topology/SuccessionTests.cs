using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class SuccessionTests
{
    private static readonly TopologyDocument First = Owners.Document(3, 3);

    [Fact]
    public void A_change_is_joint_first_and_then_in_force()
    {
        TopologyDocument joint = Succession.Begin(new TopologyChain([First]), [Owners.Member(4), Owners.Member(5)], [Owners.Member(1).Id]);
        Assert.Equal(
            ["node1 1 Leaving", "node2 2 Active", "node3 3 Active", "node4 4 Joining", "node5 5 Joining"],
            joint.Members.Select(member => $"{member.Name} {member.Ordinal} {member.State}"));
        Assert.Equal(First.Current, joint.Current);
        Assert.Equal([Owners.Member(2).Id, Owners.Member(3).Id, Owners.Member(4).Id, Owners.Member(5).Id], joint.Next);
        Assert.Null(Succession.ProblemFor(First, joint));

        TopologyDocument done = Succession.Complete(joint);
        Assert.Equal(["node2", "node3", "node4", "node5"], done.Members.Select(member => member.Name));
        Assert.All(done.Members, member => Assert.Equal(MemberState.Active, member.State));
        Assert.Equal((3u, joint.Next, null), (done.Epoch.Number, done.Current, done.Next));
        Assert.Null(Succession.ProblemFor(joint, done));

        TopologyDocument given = Succession.Abandon(joint);
        Assert.Equal(First.Current, given.Current);
        Assert.Equal(["node1", "node2", "node3"], given.Members.Select(member => member.Name));
        Assert.Null(Succession.ProblemFor(joint, given));
    }

    [Fact]
    public void Nodes_are_let_in_before_they_own_anything()
    {
        TopologyChain chain = new([First]);
        TopologyDocument letIn = Succession.LetIn(chain, [Owners.Member(4), Owners.Member(5)], []);
        Assert.Equal(["node1 Active", "node2 Active", "node3 Active", "node4 Joining", "node5 Joining"], StatesOf(letIn));
        Assert.Equal((First.Current, null), (letIn.Current, letIn.Next));
        Assert.Null(Succession.ProblemFor(First, letIn));

        chain.Append(letIn);
        TopologyDocument joint = Succession.Begin(chain, [], []);
        Assert.Equal(StatesOf(letIn), StatesOf(joint));
        Assert.Equal([.. letIn.Members.Select(member => member.Id)], joint.Next);
        Assert.Null(Succession.ProblemFor(letIn, joint));
    }

    [Fact]
    public void Who_is_let_in_in_a_members_place_takes_it_and_who_is_turned_away_leaves_it()
    {
        TopologyMember again = Owners.Member(9) with { Name = "node3" };
        TopologyChain chain = new([First]);
        chain.Append(Succession.LetIn(chain, [again, Owners.Member(5)], [Owners.Member(3).Id]));
        Assert.Equal(["node1 Active", "node2 Active", "node3 Leaving", "node3 Joining", "node5 Joining"], StatesOf(chain.Last));
        Assert.Null(Succession.ProblemFor(First, chain.Last));

        TopologyDocument without = Succession.TurnAway(chain.Last, [again.Id]);
        Assert.Equal(["node1 Active", "node2 Active", "node3 Active", "node5 Joining"], StatesOf(without));
        Assert.Null(Succession.ProblemFor(chain.Last, without));
        Assert.Equal(["node1 Active", "node2 Active", "node3 Leaving", "node3 Joining"], StatesOf(Succession.TurnAway(chain.Last, [Owners.Member(5).Id])));

        TopologyDocument joint = Succession.Begin(chain, [], []);
        Assert.DoesNotContain(Owners.Member(3).Id, joint.Next!);
        TopologyDocument done = Succession.Complete(joint);
        Assert.Null(Succession.ProblemFor(joint, done));
        Assert.Equal(("node3", again.Id, 4), (done.Members[2].Name, done.Members[2].Id, done.Members[2].Ordinal));
    }

    [Fact]
    public void A_place_is_kept_for_the_successor_it_was_last_given_to()
    {
        TopologyChain chain = new([First]);
        chain.Append(Succession.KeepPlace(chain.Last, Owners.Member(2).Id, "node5"));
        chain.Append(Succession.KeepPlace(chain.Last, Owners.Member(3).Id, "node5"));
        Assert.Equal(["", "", "node5"], chain.Last.Members.Select(member => member.Successor));
        Assert.Null(Succession.ProblemFor(First, chain.Find(new(2))!));
        Assert.True(TopologyCodec.TryDecode(TopologyCodec.Encode(chain.Last), out TopologyDocument? read, out _));
        Assert.Equal(chain.Last.Members, read.Members);

        TopologyDocument letIn = Succession.LetIn(chain, [Owners.Member(5)], [Owners.Member(3).Id]);
        Assert.Equal(["node1 Active", "node2 Active", "node3 Leaving", "node5 Joining"], StatesOf(letIn));
        Assert.Equal(["node1 Active", "node2 Active", "node3 Active"], StatesOf(Succession.TurnAway(letIn, [Owners.Member(5).Id])));
        Assert.Equal(["", "", "", ""], Succession.LetIn(chain, [Owners.Member(5)], []).Members.Select(member => member.Successor));
    }

    [Fact]
    public void No_ordinal_is_given_twice_even_where_its_member_has_gone()
    {
        TopologyChain chain = new([First]);
        chain.Append(Succession.Begin(chain, [Owners.Member(4)], []));
        chain.Append(Succession.Abandon(chain.Last));
        Assert.Equal(5, Succession.Begin(chain, [Owners.Member(4)], []).Members[^1].Ordinal);
    }

    [Fact]
    public void What_may_not_follow_is_refused_with_the_reason()
    {
        TopologyDocument joint = Succession.Begin(new TopologyChain([First]), [Owners.Member(4)], []);
        TopologyDocument done = Succession.Complete(joint);
        TopologyMember moved = joint.Members[0] with { Ordinal = 77 };
        (TopologyDocument Before, TopologyDocument After, string Problem)[] cases =
        [
            (First, done, "epoch 3 does not follow 1"),
            (First, joint with { Cluster = new(Guid.Empty) }, "it is of cluster 00000000-0000-0000-0000-000000000000, not"),
            (First, joint with { Current = [Owners.Member(1).Id], Next = null }, "the owners change without a joint epoch"),
            (First, joint with { Current = [] }, "nobody owns its slots"),
            (First, joint with { Next = [Owners.Member(9).Id] }, "owns slots and is no member"),
            (First, joint with { Members = [moved, .. joint.Members.Skip(1)] }, "node1 has ordinal 77, which was another's or changes"),
            (First, joint with { Members = [.. joint.Members, joint.Members[0]] }, "two members share an identity, an ordinal or a name"),
            (joint, joint with { Epoch = done.Epoch }, "a change is under way"),
            (joint, done with { Current = [Owners.Member(4).Id] }, "the owners are neither the current nor the next ones of the epoch before"),
        ];
        foreach ((TopologyDocument before, TopologyDocument after, string problem) in cases)
        {
            Assert.Contains(problem, Succession.ProblemFor(before, after), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_chain_gives_what_comes_after_an_epoch_and_lets_none_be_skipped()
    {
        TopologyChain chain = new([First]);
        chain.Append(Succession.Begin(chain, [Owners.Member(4)], []));
        chain.Append(Succession.Complete(chain.Last));
        Assert.Equal([2u, 3u], chain.After(First.Epoch).Select(document => document.Epoch.Number));
        Assert.Equal(2u, chain.Find(new(2))!.Epoch.Number);
        Assert.Null(chain.Find(new(4)));
        Assert.Throws<Node.InvariantViolation>(() => chain.Append(First));
    }

    private static List<string> StatesOf(TopologyDocument document) => [.. document.Members.Select(member => $"{member.Name} {member.State}")];
}
