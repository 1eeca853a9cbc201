using KvStore.Node.Peers;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class NetworkFaultsTests
{
    private static readonly MemberId One = Messages.Member("one");
    private static readonly MemberId Two = Messages.Member("two");
    private static readonly TimeSpan End = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Before = End - TimeSpan.FromTicks(1);

    [Fact]
    public void Without_faults_everything_passes() => Assert.Equal(default, NetworkFaults.None.Decide(One, Before, chance: 0));

    [Fact]
    public void A_partition_loses_everything_of_the_members_it_names_and_nothing_of_others()
    {
        NetworkFaults faults = NetworkFaults.None.With(Fault(1, NetworkFaultKind.Partition, One));

        Assert.Equal(FaultVerdict.Lost, faults.Decide(One, Before, chance: 99));
        Assert.Equal(default, faults.Decide(Two, Before, chance: 0));
    }

    [Fact]
    public void A_pause_is_about_whoever_is_a_member() =>
        Assert.Equal([true, true], new[] { One, Two }.Select(member => NetworkFaults.None.With(Fault(1, NetworkFaultKind.Pause)).Decide(member, Before, 99).IsLost));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(30, 30)]
    [InlineData(100, 100)]
    public void Of_a_hundred_chances_as_many_are_lost_as_the_share_says(int percent, int lost)
    {
        NetworkFaults faults = NetworkFaults.None.With(Fault(1, NetworkFaultKind.Drop, One) with { Percent = percent });

        Assert.Equal(lost, Enumerable.Range(0, 100).Count(chance => faults.Decide(One, Before, chance).IsLost));
    }

    [Fact]
    public void Of_two_delays_the_longer_counts_and_a_loss_counts_more()
    {
        NetworkFaults slow = NetworkFaults.None
            .With(Fault(1, NetworkFaultKind.Slow, One) with { Delay = TimeSpan.FromSeconds(2) })
            .With(Fault(2, NetworkFaultKind.Slow) with { Delay = TimeSpan.FromSeconds(1) });

        Assert.Equal(new FaultVerdict(IsLost: false, TimeSpan.FromSeconds(2)), slow.Decide(One, Before, 0));
        Assert.Equal(new FaultVerdict(IsLost: false, TimeSpan.FromSeconds(1)), slow.Decide(Two, Before, 0));
        Assert.Equal(FaultVerdict.Lost, slow.With(Fault(3, NetworkFaultKind.Partition, Two)).Decide(Two, Before, 0));
    }

    [Fact]
    public void A_fault_ends_by_itself_and_is_then_among_the_faults_no_more()
    {
        NetworkFaults faults = NetworkFaults.None.With(Fault(1, NetworkFaultKind.Pause));

        Assert.Equal(default, faults.Decide(One, End, 0));
        Assert.Same(faults, faults.At(Before));
        Assert.Empty(faults.At(End).All);
    }

    [Fact]
    public void The_one_that_is_undone_is_gone_and_the_others_stay()
    {
        NetworkFaults faults = NetworkFaults.None.With(Fault(1, NetworkFaultKind.Partition, One)).With(Fault(2, NetworkFaultKind.Partition, Two));

        Assert.Equal([2], faults.Without(1).All.Select(fault => fault.Id));
        Assert.Equal([1, 2], faults.Without(3).All.Select(fault => fault.Id));
    }

    private static NetworkFault Fault(long id, NetworkFaultKind kind, params MemberId[] members) =>
        new(id, kind, members, TimeSpan.Zero, Percent: 0, Began: TimeSpan.Zero, Ends: End);
}
