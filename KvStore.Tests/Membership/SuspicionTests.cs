using KvStore.Node.Membership;
using KvStore.Node.Ring;

namespace KvStore.Tests.Membership;

public sealed class SuspicionTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(9);

    [Fact]
    public void A_suspicion_shrinks_with_independent_confirmations_to_a_third()
    {
        Suspicion suspicion = new(TimeSpan.Zero, Most, wanted: 3, Member(0));
        List<double> seconds = [suspicion.Timeout.TotalSeconds];
        for (int accuser = 1; accuser <= 3; accuser++)
        {
            Assert.True(suspicion.Confirm(Member(accuser)));
            seconds.Add(suspicion.Timeout.TotalSeconds);
        }

        Assert.Equal([9, 6, 4.245, 3], seconds);
    }

    [Fact]
    public void The_same_accuser_and_one_too_many_confirm_nothing()
    {
        Suspicion suspicion = new(TimeSpan.Zero, Most, wanted: 1, Member(0));
        Assert.False(suspicion.Confirm(Member(0)));
        Assert.True(suspicion.Confirm(Member(1)));
        Assert.False(suspicion.Confirm(Member(1)));
        Assert.False(suspicion.Confirm(Member(2)));
        Assert.Equal(1, suspicion.Confirmations);
    }

    [Fact]
    public void A_member_in_bad_health_gives_more_time()
    {
        Suspicion suspicion = new(TimeSpan.FromSeconds(1), Most, wanted: 0, Member(0));
        Assert.False(suspicion.IsOver(TimeSpan.FromSeconds(9.9), multiplier: 1));
        Assert.True(suspicion.IsOver(TimeSpan.FromSeconds(10), multiplier: 1));
        Assert.False(suspicion.IsOver(TimeSpan.FromSeconds(18.9), multiplier: 2));
        Assert.True(suspicion.IsOver(TimeSpan.FromSeconds(19), multiplier: 2));
    }

    private static MemberId Member(int number) => MemberId.FromName(ClusterId.FromName("test"), $"{number}");
}
