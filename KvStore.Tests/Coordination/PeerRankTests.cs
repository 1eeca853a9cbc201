using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Coordination;

public sealed class PeerRankTests
{
    private static readonly SlotOwners Three = Owners.Of(3);

    private readonly PeerLoads _loads = new();
    private ulong _call;

    [Fact]
    public void A_reply_time_is_smoothed_and_weighs_more_after_a_pause()
    {
        PeerRank rank = new(0);
        Answer(rank, at: 0, milliseconds: 80);
        Assert.InRange(rank.ExpectedAt(80), 9.9, 10.1);
        Answer(rank, at: 10_000, milliseconds: 2);
        Assert.InRange(rank.ExpectedAt(10_002), 1.9, 2.1);
    }

    [Fact]
    public void A_member_that_does_not_answer_is_expected_to_take_as_long_as_it_has_taken()
    {
        PeerRank rank = new(0);
        rank.Asked(1, 100);
        rank.Asked(2, 150);
        Assert.Equal(60, rank.ExpectedAt(160));
        rank.Answered(1, counts: true, 160);
        Assert.InRange(rank.ExpectedAt(160), 10, 12);
        rank.Forget();
        Assert.Equal(rank.ReplyMilliseconds, rank.ExpectedAt(500));
    }

    [Fact]
    public void A_lost_answer_counts_as_a_late_one_and_not_for_ever()
    {
        PeerRank rank = new(0);
        rank.Asked(1, 0);
        Assert.InRange(rank.ExpectedAt(PeerRank.LostMilliseconds), 500, 1_000);
        Assert.Equal(0, rank.Outstanding);
        Answer(rank, at: 10_000, milliseconds: 1);
        Assert.InRange(rank.ExpectedAt(10_001), 0.9, 1.2);
    }

    [Fact]
    public void A_refusal_at_the_door_is_no_reply_time()
    {
        PeerRank rank = new(0);
        rank.Asked(1, 0);
        rank.Answered(1, counts: false, 50);
        Assert.Equal(0, rank.ExpectedAt(60));
    }

    [Fact]
    public void No_more_requests_are_followed_than_the_limit()
    {
        PeerRank rank = new(0);
        for (ulong call = 1; call <= PeerRank.OutstandingMax + 10; call++)
        {
            rank.Asked(call, 0);
        }

        Assert.Equal(PeerRank.OutstandingMax, rank.Outstanding);
    }

    [Fact]
    public void The_own_replica_comes_first_and_equals_in_the_order_of_the_slot()
    {
        for (int own = 0; own < 3; own++)
        {
            int[] expected = [own, .. Enumerable.Range(0, 3).Where(place => place != own)];
            Assert.Equal(expected, OrderOf(new PeerRanks(Three[own].Id, _loads), 0));
        }
    }

    [Fact]
    public void A_slow_member_comes_last_and_a_recovered_one_does_not_stay_there()
    {
        PeerRanks ranks = new(Three[1].Id, _loads);
        Ask(ranks, 0, at: 0, milliseconds: 200);
        Assert.Equal([1, 2, 0], OrderOf(ranks, 200));
        Assert.True(ranks.IsSlow(Three, Three[0].Id, 200));
        Assert.False(ranks.IsSlow(Three, Three[2].Id, 200));
        Assert.False(ranks.WantsProbe(Three[0].Id, 500));
        long now = 1_000;
        for (; OrderOf(ranks, now)[^1] == 0; now += PeerRanks.ProbeMilliseconds)
        {
            Assert.True(ranks.WantsProbe(Three[0].Id, now));
            Ask(ranks, 0, now, milliseconds: 1);
            Assert.InRange(now, 0, 10_000);
        }

        Assert.Equal([1, 0, 2], OrderOf(ranks, now));
    }

    [Fact]
    public void A_member_that_tells_of_long_queues_comes_after_the_others()
    {
        PeerRanks ranks = new(Three[2].Id, _loads);
        _loads.Heard(Three[0].Id, PeerLoad.Of(0.1, 50, 1));
        Assert.Equal([2, 1, 0], OrderOf(ranks, 0));
        _loads.Heard(Three[0].Id, PeerLoad.Of(0, 0, 0));
        Assert.Equal([2, 0, 1], OrderOf(ranks, 0));
    }

    [Fact]
    public void A_load_is_three_bytes_and_exact_to_a_tenth()
    {
        PeerLoad load = PeerLoad.Of(0.5, 3, 250);
        Assert.InRange(load.Busy, 0.49, 0.51);
        Assert.InRange(load.WaitMilliseconds, 2.7, 3.3);
        Assert.InRange(load.DiskMilliseconds, 225, 275);
        Assert.Equal(default, PeerLoad.Of(-1, -1, double.NegativeInfinity));
        Assert.Equal(new PeerLoad(255, 255, 255), PeerLoad.Of(7, double.MaxValue, double.PositiveInfinity));
    }

    private static int[] OrderOf(PeerRanks ranks, long now)
    {
        int[] order = new int[Three.Count];
        ranks.Order(Three, order, now);
        return order;
    }

    private void Answer(PeerRank rank, long at, long milliseconds)
    {
        rank.Asked(++_call, at);
        rank.Answered(_call, counts: true, at + milliseconds);
    }

    private void Ask(PeerRanks ranks, int place, long at, long milliseconds)
    {
        MemberId member = Three[place].Id;
        ranks.Asked(member, ++_call, at);
        ranks.Answered(member, new PeerReply(PeerReplyKind.Read, _call, Epoch.First), at + milliseconds);
    }
}
