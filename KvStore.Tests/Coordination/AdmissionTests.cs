using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Tests.Coordination;

public sealed class AdmissionTests
{
    private const int Least = 64;

    [Fact]
    public void The_limit_falls_while_even_the_quickest_operation_stands_in_a_queue_and_no_lower_than_its_floor()
    {
        AdmissionLimit limit = new(1_000, least: Least);
        limit.Look([2], inFlightMax: 50, refused: false);
        Assert.Equal(1_000, limit.Operations);
        limit.Look([200], inFlightMax: 1_000, refused: false);
        Assert.Equal(700, limit.Operations);
        limit.Look([200], inFlightMax: 300, refused: true);
        Assert.Equal(210, limit.Operations);
        Look(limit, 100, quickest: 200, refused: true);
        Assert.Equal(Least, limit.Operations);
    }

    [Fact]
    public void The_limit_rises_when_some_were_refused_though_nobody_stood_in_a_queue_and_no_higher_than_its_ceiling()
    {
        AdmissionLimit limit = new(1_000, least: Least);
        Look(limit, 100, quickest: 2, refused: false);
        Look(limit, 100, quickest: 200, refused: true);
        Look(limit, 100, quickest: 20, refused: false);
        Assert.Equal(Least, limit.Operations);
        Look(limit, 1, quickest: 20, refused: true);
        Assert.Equal(70, limit.Operations);
        Look(limit, 100, quickest: 20, refused: true);
        Assert.Equal(1_000, limit.Operations);
    }

    [Fact]
    public void A_cluster_that_is_always_far_apart_is_not_taken_for_an_overloaded_one()
    {
        AdmissionLimit limit = new(1_000, least: Least);
        Look(limit, 100, quickest: 150, refused: false);
        Assert.Equal(1_000, limit.Operations);
    }

    [Fact]
    public void Writes_that_take_longer_than_reads_ever_did_stand_in_no_queue()
    {
        AdmissionLimit limit = new(1_000, kinds: 2, Least);
        limit.Look([1, 80], 500, refused: false);
        limit.Look([null, 80], 1_000, refused: true);
        Assert.Equal(1_000, limit.Operations);
        limit.Look([1, 900], 1_000, refused: true);
        Assert.Equal(1_000, limit.Operations);
        limit.Look([90, 900], 1_000, refused: true);
        Assert.Equal(700, limit.Operations);
    }

    [Fact]
    public void A_cluster_whose_members_have_come_to_be_far_apart_is_let_be_in_the_end()
    {
        AdmissionLimit limit = new(1_000, least: Least);
        Look(limit, 100, quickest: 2, refused: false);
        Look(limit, 100, quickest: 200, refused: true);
        Assert.Equal(Least, limit.Operations);
        Look(limit, 20_000, quickest: 200, refused: true);
        Assert.Equal(1_000, limit.Operations);
    }

    [Fact]
    public void An_interval_without_any_success_says_nothing()
    {
        AdmissionLimit limit = new(1_000, least: Least);
        limit.Look([null], 1_000, refused: true);
        Assert.Equal(1_000, limit.Operations);
    }

    [Fact]
    public void Operations_are_let_in_up_to_the_limit_and_again_when_one_has_left()
    {
        Admission admission = new(2);
        Assert.True(admission.TryEnter(Change.Identity));
        Assert.True(admission.TryEnter(Change.Identity));
        Assert.False(admission.TryEnter(Change.Identity));
        admission.Leave(Change.Identity, Consistency.Quorum, committed: true, milliseconds: 1, now: 1);
        Assert.True(admission.TryEnter(Change.Identity));
        Assert.Equal((2, 1L), (admission.InFlight, admission.Refused));
    }

    [Fact]
    public void Values_are_let_in_up_to_so_many_bytes_and_a_longer_one_alone()
    {
        Admission admission = new(10, bytesMax: 100);
        Change large = Change.Put(new byte[101]);
        Assert.True(admission.TryEnter(large));
        Assert.False(admission.TryEnter(Change.Put(new byte[1])));
        admission.Leave(large, Consistency.Quorum, committed: true, milliseconds: 1, now: 1);
        Assert.True(admission.TryEnter(Change.Put(new byte[60])));
        Assert.False(admission.TryEnter(Change.Put(new byte[60])));
        Assert.True(admission.TryEnter(Change.Put(new byte[40])));
    }

    [Fact]
    public void Operations_of_a_batch_are_let_in_together_where_one_has_room_and_refused_together_where_none_has()
    {
        Admission admission = new(2);
        Assert.True(admission.TryEnter(Change.Identity));
        Assert.True(admission.TryEnter(100, bytes: 0));
        Assert.False(admission.TryEnter(100, bytes: 0));
        Assert.False(admission.TryEnter(Change.Identity));
        Assert.Equal((101, 101L), (admission.InFlight, admission.Refused));
        for (int i = 0; i < 100; i++)
        {
            admission.Leave(Change.Identity, Consistency.Quorum, committed: true, milliseconds: 1, now: 1);
        }

        Assert.True(admission.TryEnter(Change.Identity));
    }

    [Fact]
    public void A_lane_tells_what_it_knows_for_a_second()
    {
        LaneLoad load = new();
        load.Waited(16, 0);
        Assert.Equal(1, load.WaitAt(0));
        Assert.Equal(0, load.WaitAt(LaneLoad.NewsMilliseconds + 1));
        load.Appended(7, 100);
        load.Appended(9, 105);
        Assert.Equal(10, load.DiskAt(110));
        load.Durable(6, 110);
        load.Durable(9, 132);
        Assert.Equal(2, load.DiskAt(132));
    }

    private static void Look(AdmissionLimit limit, int times, long quickest, bool refused)
    {
        for (int i = 0; i < times; i++)
        {
            limit.Look([quickest], 1_000, refused);
        }
    }
}
