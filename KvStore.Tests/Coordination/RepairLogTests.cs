using KvStore.Node.Coordination;
using KvStore.Node.Ring;
using KvStore.Tests.Peers;
using Xunit;

namespace KvStore.Tests.Coordination;

public sealed class RepairLogTests
{
    private const long Start = 1_000 * RepairLog.WindowMilliseconds;

    private static readonly MemberId One = Messages.Member("one");
    private static readonly MemberId Two = Messages.Member("two");

    private readonly RepairLog _log = new();

    [Fact]
    public void Repairs_of_a_minute_are_one_sum_for_each_member_and_reason()
    {
        _log.Add(RepairKind.Read, One, new Slot(1), Start);
        _log.Add(RepairKind.Comparison, One, new Slot(1), Start + 1);
        _log.Add(RepairKind.Read, Two, new Slot(1), Start + 2);
        _log.Add(RepairKind.Read, One, new Slot(1), Start + 3);
        _log.Add(RepairKind.Read, One, new Slot(2), Start + RepairLog.WindowMilliseconds - 1);
        _log.Add(RepairKind.Read, One, new Slot(3), Start + RepairLog.WindowMilliseconds);

        Assert.Equal(
            [
                new RepairSum(RepairKind.Read, One, Start, Start + RepairLog.WindowMilliseconds - 1, Keys: 3, Slots: 2),
                new RepairSum(RepairKind.Comparison, One, Start, Start + 1, Keys: 1, Slots: 1),
                new RepairSum(RepairKind.Read, Two, Start, Start + 2, Keys: 1, Slots: 1),
                new RepairSum(RepairKind.Read, One, Start + RepairLog.WindowMilliseconds, Start + RepairLog.WindowMilliseconds, Keys: 1, Slots: 1),
            ],
            _log.All);
    }

    [Fact]
    public void The_number_of_sums_is_bounded_and_the_oldest_go()
    {
        for (int minute = 0; minute < 2 * RepairLog.SumsMax; minute++)
        {
            _log.Add(RepairKind.Read, One, new Slot(1), Start + (minute * RepairLog.WindowMilliseconds));
        }

        Assert.Equal(RepairLog.SumsMax, _log.All.Count);
        Assert.Equal(Start + (RepairLog.SumsMax * RepairLog.WindowMilliseconds), _log.All[0].From);
        Assert.Equal(_log.All, RepairLog.Merge(_log.All));
    }

    [Fact]
    public void Sums_of_lanes_are_one_for_the_member()
    {
        RepairSum first = new(RepairKind.Read, One, Start, Start + 5, Keys: 3, Slots: 2);
        RepairSum second = new(RepairKind.Read, One, Start, Start + 9, Keys: 1, Slots: 1);
        RepairSum other = new(RepairKind.Comparison, One, Start, Start + 7, Keys: 1, Slots: 1);

        Assert.Equal([other, first with { Last = Start + 9, Keys = 4, Slots = 3 }], RepairLog.Merge([first, second, other]));
        Assert.Equal(RepairLog.SumsMax, RepairLog.Merge(Enumerable.Range(0, 2 * RepairLog.SumsMax).Select(i => first with { From = i, Last = i })).Count);
    }
}
