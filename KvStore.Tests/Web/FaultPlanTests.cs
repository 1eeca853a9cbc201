using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Faults;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class FaultPlanTests
{
    private static readonly string[] All = ["node1", "node2", "node3", "node4"];

    [Fact]
    public void A_partition_cuts_each_that_is_chosen_off_from_all_that_are_not() => Assert.Equal(
        ["node3 Partition node1,node2 5 min", "node4 Partition node1,node2 5 min"],
        Describe(new FaultChoice(FaultAction.Partition, ["node3", "node4"], [])));

    [Fact]
    public void Of_those_chosen_for_the_other_end_none_is_cut_off_from_itself() => Assert.Equal(
        ["node1 Partition node3 5 min", "node3 Partition node1 5 min"],
        Describe(new FaultChoice(FaultAction.Partition, ["node1", "node3"], ["node1", "node3"])));

    [Fact]
    public void Each_action_asks_for_what_it_needs_and_no_more()
    {
        FaultChoice one = new(FaultAction.Slow, ["node1"], []) { DelayMilliseconds = 70, Percent = 40, Minutes = 60 };
        FaultPlan slow = FaultPlan.Of(one, All);
        FaultPlan drop = FaultPlan.Of(one with { Action = FaultAction.Drop }, All);

        Assert.Equal((TimeSpan.FromMilliseconds(70), 0, TimeSpan.FromHours(1)), (slow.Steps[0].Order!.Delay, slow.Steps[0].Order!.Percent, slow.Steps[0].Order!.Lasts));
        Assert.Equal((TimeSpan.Zero, 40), (drop.Steps[0].Order!.Delay, drop.Steps[0].Order!.Percent));
        Assert.Equal(["node1 Pause  60 min"], Describe(one with { Action = FaultAction.Pause, Others = ["node2"] }));
        Assert.Equal([new FaultStep("node1", Order: null)], FaultPlan.Of(one with { Action = FaultAction.Kill }, All).Steps);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_the_reason()
    {
        FaultChoice one = new(FaultAction.Partition, ["node1"], []);

        Assert.Equal("Choose the members first.", ProblemOf(one with { Members = [] }));
        Assert.Equal("Nobody is left at the other end: choose fewer members, or others at the other end.", ProblemOf(one with { Members = [.. All] }));
        Assert.Equal("Nobody is left at the other end: choose fewer members, or others at the other end.", ProblemOf(one with { Others = ["node1"] }));
        Assert.Equal("The delay must be 1 to 10000 milliseconds.", ProblemOf(one with { Action = FaultAction.Slow, DelayMilliseconds = 10_001 }));
        Assert.Equal("The share must be 1 to 100 percent.", ProblemOf(one with { Action = FaultAction.Drop, Percent = 0 }));
        Assert.Equal("A fault lasts 1 to 60 minutes.", ProblemOf(one with { Minutes = 61 }));
        Assert.Null(ProblemOf(one));
    }

    [Fact]
    public void What_is_on_is_told_in_a_sentence()
    {
        NetworkFault fault = new(1, NetworkFaultKind.Partition, ["node1", "node2"], TimeSpan.FromMilliseconds(250), 30, Reports.Now, TimeSpan.FromMinutes(5));

        Assert.Equal(
            [
                "node3 is slow to node1, node2: 250 ms later",
                "node3 loses 30 % of what goes to and comes from node1, node2",
                "node3 is partitioned from node1, node2",
                "the network of node3 is paused",
            ],
            Enum.GetValues<NetworkFaultKind>().Select(kind => new StandingFault("node3", fault with { Kind = kind }).Sentence));
        Assert.Equal("node3 is partitioned from all others", new StandingFault("node3", fault with { Members = [] }).Sentence);
    }

    private static string? ProblemOf(FaultChoice choice)
    {
        FaultPlan plan = FaultPlan.Of(choice, All);
        Assert.Equal(plan.Problem is null, plan.Steps.Length > 0);
        return plan.Problem;
    }

    private static ImmutableArray<string> Describe(FaultChoice choice) =>
        [.. FaultPlan.Of(choice, All).Steps.Select(step => $"{step.Member} {step.Order!.Kind} {string.Join(',', step.Order.Members)} {step.Order.Lasts.TotalMinutes} min")];
}
