using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class FormationPlanTests
{
    private static readonly ClusterId Known = ClusterId.FromName("one");
    private static readonly ClusterId Other = ClusterId.FromName("other");

    [Fact]
    public void A_node_without_seeds_forms_alone()
    {
        FormationPlan plan = FormationPlan.Make(Node(1), [], isSettled: true);
        Assert.Equal((FormationStep.Form, "node1"), (plan.Step, NamesOf(plan)));
    }

    [Fact]
    public void The_first_seed_forms_with_all_others_when_each_has_answered_that_it_is_in_no_cluster()
    {
        FormationPlan plan = FormationPlan.Make(Node(1), [Own(1), Answer(2), Answer(3)], isSettled: true);
        Assert.Equal((FormationStep.Form, "node1 node2 node3"), (plan.Step, NamesOf(plan)));
    }

    [Fact]
    public void It_waits_while_one_of_them_is_silent()
    {
        FormationPlan plan = FormationPlan.Make(Node(1), [Own(1), Answer(2), Silent(3)], isSettled: true);
        Assert.Equal((FormationStep.Wait, "it waits for its seeds: http://127.0.0.1:9003: nothing listens there"), (plan.Step, plan.Reason));
    }

    [Fact]
    public void It_waits_while_one_of_them_looks_for_a_cluster_of_another_name()
    {
        SeedAnswer stranger = Answer(2) with { Problem = "node2 is a node of cluster shop" };
        FormationPlan plan = FormationPlan.Make(Node(1), [Own(1), stranger], isSettled: true);
        Assert.Equal((FormationStep.Wait, "it waits for its seeds: http://127.0.0.1:9002: node2 is a node of cluster shop"), (plan.Step, plan.Reason));
    }

    [Fact]
    public void Nobody_else_forms()
    {
        Assert.Equal(FormationStep.Wait, FormationPlan.Make(Node(2), [Answer(1), Own(2)], isSettled: true).Step);
        Assert.Equal(FormationStep.Wait, FormationPlan.Make(Node(4), [Answer(1), Answer(2)], isSettled: true).Step);
    }

    [Fact]
    public void Of_two_whose_lists_begin_with_themselves_only_the_lower_address_forms()
    {
        SeedAnswer lower = Answer(1) with { Node = Node(1) with { Forms = true } };
        SeedAnswer higher = Answer(2) with { Node = Node(2) with { Forms = true } };
        Assert.Equal(FormationStep.Wait, FormationPlan.Make(Node(2), [Own(2), lower], isSettled: true).Step);
        Assert.Equal(FormationStep.Form, FormationPlan.Make(Node(1), [Own(1), higher], isSettled: true).Step);
    }

    [Fact]
    public void Nodes_that_are_configured_for_different_numbers_of_copies_form_nothing()
    {
        SeedAnswer other = Answer(2) with { Node = Node(2) with { Replication = 5 } };
        FormationPlan plan = FormationPlan.Make(Node(1) with { Replication = 3 }, [Own(1), other, Answer(3)], isSettled: true);
        Assert.Equal(
            (FormationStep.Wait, "node2 at http://127.0.0.1:9002 is configured for 5 copies of each key, this node for 3: give both the same KvStore:Replication"),
            (plan.Step, plan.Reason));
        Assert.Equal(FormationStep.Form, FormationPlan.Make(Node(1) with { Replication = 5 }, [Own(1), other, Answer(3)], isSettled: true).Step);
    }

    [Fact]
    public void Two_nodes_of_one_name_form_nothing()
    {
        SeedAnswer namesake = Answer(2) with { Node = Node(2) with { Self = Owners.Member(2) with { Name = "node1" } } };
        FormationPlan plan = FormationPlan.Make(Node(1), [Own(1), namesake], isSettled: true);
        Assert.Equal(FormationStep.Wait, plan.Step);
        Assert.StartsWith("two nodes have the name node1: http://127.0.0.1:9002 and http://127.0.0.1:9001.", plan.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_scan_whoever_answers_first_in_order_forms_and_silence_means_that_nobody_is_there()
    {
        SeedAnswer[] scan = [Silent(1) with { MustAnswer = false }, Own(2), Answer(3), Silent(4) with { MustAnswer = false }];
        Assert.Equal(FormationStep.Wait, FormationPlan.Make(Node(2), scan, isSettled: false).Step);
        FormationPlan plan = FormationPlan.Make(Node(2), scan, isSettled: true);
        Assert.Equal((FormationStep.Form, "node2 node3"), (plan.Step, NamesOf(plan)));
    }

    [Fact]
    public void Where_any_seed_is_in_a_cluster_it_is_asked_whoever_is_silent()
    {
        SeedAnswer member = Answer(3) with { Node = Node(3) with { Cluster = Known } };
        FormationPlan plan = FormationPlan.Make(Node(1), [Own(1), Silent(2), member], isSettled: true);
        Assert.Equal((FormationStep.Ask, "http://127.0.0.1:9003"), (plan.Step, plan.Door));
    }

    [Fact]
    public void A_member_that_refuses_is_asked_after_one_that_does_not_and_its_reason_is_told()
    {
        SeedAnswer refuses = Answer(2) with { Node = Node(2) with { Cluster = Known, Refusal = "the name is taken" } };
        SeedAnswer open = Answer(3) with { Node = Node(3) with { Cluster = Known } };
        Assert.Equal("http://127.0.0.1:9003", FormationPlan.Make(Node(1), [refuses, open], isSettled: true).Door);
        Assert.Equal("node2 at http://127.0.0.1:9002 says: the name is taken", FormationPlan.Make(Node(1), [refuses], isSettled: true).Reason);
    }

    [Fact]
    public void With_the_documents_it_enters()
    {
        TopologyDocument document = Owners.Document(3, 3);
        SeedAnswer member = Answer(3) with { Node = Node(3) with { Cluster = Known, Documents = [document] } };
        FormationPlan plan = FormationPlan.Make(Node(1), [member], isSettled: true);
        Assert.Equal((FormationStep.Enter, "http://127.0.0.1:9003"), (plan.Step, plan.Door));
        Assert.Same(document, Assert.Single(plan.Documents));
    }

    [Fact]
    public void Seeds_of_two_clusters_are_neither_joined_nor_merged()
    {
        SeedAnswer one = Answer(2) with { Node = Node(2) with { Cluster = Known } };
        SeedAnswer other = Answer(3) with { Node = Node(3) with { Cluster = Other } };
        FormationPlan plan = FormationPlan.Make(Node(1), [Own(1), one, other], isSettled: true);
        Assert.Equal(FormationStep.Wait, plan.Step);
        Assert.Contains("never merge", plan.Reason, StringComparison.Ordinal);
    }

    private static Acquaintance Node(int number) => new(new Guid(number, 0, 0, new byte[8]), "test", Owners.Member(number), null, Epoch.None);

    private static SeedAnswer Own(int number) => new(Owners.Member(number).GrpcAddress, MustAnswer: true, IsOwn: true, null, "");

    private static SeedAnswer Answer(int number) => new(Owners.Member(number).GrpcAddress, MustAnswer: true, IsOwn: false, Node(number), "");

    private static SeedAnswer Silent(int number) => new(Owners.Member(number).GrpcAddress, MustAnswer: true, IsOwn: false, null, "nothing listens there");

    private static string NamesOf(FormationPlan plan) => string.Join(' ', plan.Nodes.Select(node => node.Name));
}
