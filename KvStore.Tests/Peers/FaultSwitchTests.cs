using KvStore.Node.Peers;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class FaultSwitchTests
{
    private static readonly MemberId Peer = Messages.Member("peer");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new();
    private readonly FaultSwitch _switch;

    public FaultSwitchTests() => _switch = new FaultSwitch(_time, new Random(1), new ListLogger());

    [Fact]
    public void It_is_on_while_a_fault_is_and_off_again_when_that_has_ended_by_itself()
    {
        Assert.False(_switch.IsOn);
        Assert.NotNull(Begin());
        Assert.True(_switch.IsOn);
        Assert.Equal(FaultVerdict.Lost, _switch.Decide(Peer));
        Assert.Equal(default, _switch.Decide(null));

        _time.Advance(Minute);
        Assert.Equal(default, _switch.Decide(Peer));
        Assert.Empty(_switch.All);
        Assert.False(_switch.IsOn);
    }

    [Fact]
    public void Faults_are_undone_one_by_one_or_all_together_and_their_numbers_are_not_used_again()
    {
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(_ => Begin()!.Id));
        Assert.True(_switch.End(2));
        Assert.False(_switch.End(2));
        Assert.Equal([1, 3], _switch.All.Select(fault => fault.Id));
        Assert.True(_switch.End(0));
        Assert.False(_switch.End(0));
        Assert.False(_switch.IsOn);
        Assert.Equal(4, Begin()!.Id);
    }

    [Fact]
    public void What_has_ended_is_told_with_when_and_whether_somebody_ended_it_up_to_a_number()
    {
        Begin();
        Begin();
        _time.Advance(Minute / 2);
        Assert.True(_switch.End(2));
        _time.Advance(Minute);
        Assert.Equal([(2, Minute / 2, true), (1, Minute, false)], _switch.Past.Select(fault => (fault.Id, fault.Ended!.Value - fault.Began, fault.IsUndone)));

        for (int i = 0; i < FaultSwitch.PastMax; i++)
        {
            Begin();
            _switch.End(0);
        }

        Assert.Equal(FaultSwitch.PastMax, _switch.Past.Count);
        Assert.DoesNotContain(_switch.Past, fault => fault.Id <= 2);
    }

    [Fact]
    public void There_are_so_many_at_once_and_no_more_until_one_ends()
    {
        for (int i = 0; i < NetworkFaults.CountMax; i++)
        {
            Assert.NotNull(Begin());
        }

        Assert.Null(Begin());
        _time.Advance(Minute);
        Assert.NotNull(Begin());
    }

    private NetworkFault? Begin() => _switch.Begin(NetworkFaultKind.Partition, [Peer], TimeSpan.Zero, 0, Minute);
}
