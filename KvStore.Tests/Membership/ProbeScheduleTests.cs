using KvStore.Node.Membership;
using KvStore.Node.Ring;

namespace KvStore.Tests.Membership;

public sealed class ProbeScheduleTests
{
    [Fact]
    public void Each_round_probes_everyone_once_in_another_order()
    {
        ProbeSchedule schedule = Of(10, seed: 1);
        MemberId?[] first = [.. Enumerable.Range(0, 10).Select(_ => schedule.Next())];
        MemberId?[] second = [.. Enumerable.Range(0, 10).Select(_ => schedule.Next())];
        Assert.Equal(10, first.Distinct().Count());
        Assert.Equal(first.Order(), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Two_probes_of_one_are_never_further_apart_than_two_rounds()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            const int Others = 5;
            ProbeSchedule schedule = Of(Others, seed);
            Dictionary<MemberId, int> last = [];
            for (int probe = 0; probe < 60; probe++)
            {
                MemberId target = schedule.Next()!.Value;
                Assert.True(probe - last.GetValueOrDefault(target, -1) <= (2 * Others) - 1);
                last[target] = probe;
            }
        }
    }

    [Fact]
    public void Who_comes_in_mid_round_is_probed_and_who_goes_is_not()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            ProbeSchedule schedule = Of(4, seed);
            MemberId gone = schedule.Next()!.Value;
            schedule.Remove(gone);
            schedule.Remove(gone);
            schedule.Add(Member(9));
            MemberId?[] next = [.. Enumerable.Range(0, 8).Select(_ => schedule.Next())];
            Assert.Contains(Member(9), next);
            Assert.DoesNotContain(gone, next);
        }
    }

    [Fact]
    public void Nobody_is_probed_where_nobody_is() => Assert.Null(Of(0, seed: 1).Next());

    private static ProbeSchedule Of(int members, int seed)
    {
        ProbeSchedule schedule = new(new Random(seed));
        for (int member = 0; member < members; member++)
        {
            schedule.Add(Member(member));
        }

        return schedule;
    }

    private static MemberId Member(int number) => MemberId.FromName(ClusterId.FromName("test"), $"{number}");
}
