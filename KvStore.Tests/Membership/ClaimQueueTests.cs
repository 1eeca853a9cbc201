using KvStore.Node.Membership;
using KvStore.Node.Ring;

namespace KvStore.Tests.Membership;

public sealed class ClaimQueueTests
{
    [Fact]
    public void A_claim_is_sent_so_often_and_no_more()
    {
        ClaimQueue queue = new();
        queue.Add(Claim(1, 1));
        Assert.Equal([Claim(1, 1)], queue.Take(8, sendsMax: 3));
        Assert.Equal([Claim(1, 1)], queue.Take(8, sendsMax: 3));
        Assert.Equal([Claim(1, 1)], queue.Take(8, sendsMax: 3));
        Assert.Empty(queue.Take(8, sendsMax: 3));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_newer_claim_takes_the_place_of_the_older_and_starts_anew()
    {
        ClaimQueue queue = new();
        queue.Add(Claim(1, 1));
        queue.Take(8, sendsMax: 2);
        queue.Add(Claim(1, 2));
        Assert.Equal(1, queue.Count);
        Assert.Equal([Claim(1, 2)], queue.Take(8, sendsMax: 2));
        Assert.Equal([Claim(1, 2)], queue.Take(8, sendsMax: 2));
        Assert.Empty(queue.Take(8, sendsMax: 2));
    }

    [Fact]
    public void Those_sent_least_often_go_first_and_of_these_the_newest()
    {
        ClaimQueue queue = new();
        queue.Add(Claim(1, 1));
        queue.Take(1, sendsMax: 9);
        queue.Add(Claim(2, 1));
        queue.Add(Claim(3, 1));
        Assert.Equal([Claim(3, 1), Claim(2, 1)], queue.Take(2, sendsMax: 9));
        queue.Remove(Claim(1, 1).Member);
        Assert.Equal([Claim(3, 1), Claim(2, 1)], queue.Take(9, sendsMax: 9));
    }

    private static LivenessClaim Claim(int member, long incarnation)
    {
        MemberId id = MemberId.FromName(ClusterId.FromName("test"), $"{member}");
        return new LivenessClaim(id, Liveness.Alive, incarnation, id);
    }
}
