using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Events;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class EventMergeTests
{
    private static readonly DateTimeOffset Start = Reports.Now;

    [Fact]
    public void What_several_members_tell_is_one_event_at_its_earliest()
    {
        ImmutableArray<ClusterEvent> events = Merged(
        [
            Status(0) with { LivenessChanges = [Suspect(seconds: 2, incarnation: 4)] },
            Status(1) with { LivenessChanges = [Suspect(seconds: 1, incarnation: 4), Suspect(seconds: 9, incarnation: 5)] },
        ]);

        Assert.Equal([9, 1], events.Select(entry => (entry.Time - Start).TotalSeconds));
        Assert.Equal(["node1", "node2"], events[1].ToldBy);
        Assert.Equal(("node3 is suspected", EventKind.Liveness, "node3", "warn"), (events[1].Title, events[1].Kind, events[1].Member, events[1].Tone));
        Assert.Equal("node1 had no answer from it, neither directly nor through others.", events[1].Why);
    }

    [Fact]
    public void Every_event_has_an_identity_of_its_own()
    {
        ImmutableArray<ClusterEvent> events = Merged(
        [
            Status(0) with
            {
                LivenessChanges = [Suspect(1, 1), new LivenessChange(Start, "node3", "dead", 1, "node1"), new LivenessChange(Start, "node3", "alive", 2, "node1")],
                TopologyChanges =
                [
                    new TopologyChange(Start, "joined", 2, "node4", "at http://localhost:1, ordinal 3"),
                    new TopologyChange(Start, "epoch decided", 2, "", "joint: 3 owners now, 4 next"),
                    new TopologyChange(Start, "epoch decided", 3, "", "4 owners"),
                    new TopologyChange(Start, "refused", 0, "", "another cluster"),
                    new TopologyChange(Start, "refused", 0, "", "another replication"),
                    new TopologyChange(Start, "eviction ahead", 3, "node3", "dead; removed in 60 s unless it comes back or is kept"),
                ],
                Changes = [Change(epoch: 2, took: TimeSpan.FromSeconds(3)), Change(epoch: 5, took: null)],
                Upkeep = Reports.NoUpkeep with { Repairs = [Repaired("read", "node2"), Repaired("read", "node3"), Repaired("comparison", "node2")] },
                Faults = [Fault(2)],
                PastFaults = [Fault(1) with { Ended = Start + TimeSpan.FromSeconds(4) }],
            },
        ]);

        Assert.Equal(18, events.Length);
        Assert.Equal(events.Length, events.Select(entry => entry.Id).Distinct().Count());
        Assert.All(events, entry => Assert.NotEmpty(entry.Why));
        Assert.Equal(Enum.GetValues<EventKind>(), events.Select(entry => entry.Kind).Distinct().Order());
    }

    [Fact]
    public void A_transfer_has_a_beginning_and_an_end_with_what_all_took_over()
    {
        ImmutableArray<ClusterEvent> events = Merged(
        [
            Status(0) with { Changes = [Change(epoch: 2, took: TimeSpan.FromSeconds(3))] },
            Status(1) with { Changes = [Change(epoch: 2, took: TimeSpan.FromSeconds(4))] },
        ]);

        Assert.Equal(["Slots of epoch 2 have moved", "Slots began to move in epoch 2"], events.Select(entry => entry.Title));
        Assert.Equal("node4 to come. It took 3.0 s; 20 records, 2.00 KiB were taken over.", events[0].Why);
        Assert.Equal(Start + TimeSpan.FromSeconds(3), events[0].Time);
    }

    [Fact]
    public void Repairs_are_told_by_who_did_them_with_whom_and_why()
    {
        ImmutableArray<ClusterEvent> events = Merged(
        [
            Status(0) with { Upkeep = Reports.NoUpkeep with { Repairs = [Repaired("read", "node2") with { Keys = 1, Slots = 1 }] } },
            Status(1) with { Upkeep = Reports.NoUpkeep with { Repairs = [Repaired("comparison", "node1")] } },
            Status(2) with { Upkeep = Reports.NoUpkeep with { Repairs = [Repaired("hint", "node1")] } },
        ]);

        Assert.Equal(
            [
                ("node1 taught node2 1 key of 1 slot", "node2", "node1"),
                ("node2 repaired 1,200 keys of 3 slots with node1", "node1", "node2"),
                ("node3 gave node1 1,200 keys of 3 slots that it had kept for it", "node1", "node3"),
            ],
            events.Select(entry => (entry.Title, entry.Member, Assert.Single(entry.ToldBy))).Order());
        Assert.All(events, entry => Assert.Equal((EventKind.Repairs, Start + TimeSpan.FromSeconds(7)), (entry.Kind, entry.Time)));
    }

    [Fact]
    public void Faults_are_told_when_they_begin_and_when_they_are_over_and_why()
    {
        ImmutableArray<ClusterEvent> events = Merged(
        [
            Status(0) with { PastFaults = [Fault(1) with { Ended = Start + TimeSpan.FromSeconds(4), IsUndone = true }] },
            Status(1) with { PastFaults = [Fault(1) with { Ended = Start + TimeSpan.FromSeconds(60) }], Faults = [Fault(2)] },
        ]);

        Assert.Equal(
            [
                ("Fault 1 of node1 is on", "Somebody asked for it: node1 is partitioned from node3. It ends by itself if nobody undoes it."),
                ("Fault 1 of node1 is over", "Somebody undid it, 4.0 s after it began."),
                ("Fault 1 of node2 is on", "Somebody asked for it: node2 is partitioned from node3. It ends by itself if nobody undoes it."),
                ("Fault 1 of node2 is over", "It ended by itself, 1 min after it began."),
                ("Fault 2 of node2 is on", "Somebody asked for it: node2 is partitioned from node3. It ends by itself if nobody undoes it."),
            ],
            events.Select(entry => (entry.Title, entry.Why)).Order());
    }

    [Fact]
    public void The_number_of_events_is_bounded_and_the_newest_are_kept()
    {
        ImmutableArray<ClusterEvent> events = Merged(
            [Status(0) with { LivenessChanges = [.. Enumerable.Range(0, 2 * EventMerge.EventsMax).Select(i => Suspect(i, i))] }]);

        Assert.Equal(EventMerge.EventsMax, events.Length);
        Assert.Equal((2 * EventMerge.EventsMax) - 1, (events[0].Time - Start).TotalSeconds);
    }

    [Fact]
    public void Who_is_a_member_no_more_keeps_its_name_as_long_as_it_tells_who_it_is()
    {
        NodeReport gone = Reports.Unasked(2).Told(Status(2) with { Name = "", State = "removed" }, TimeSpan.Zero);
        ClusterTopology topology = Topologies.Of(2);

        ClusterEvent entry = EventMerge.Of(ClusterSnapshot.Of(
            Reports.Now,
            [
                Reports.Telling(0, topology, status => status with
                {
                    LivenessChanges = [new LivenessChange(Start, Topologies.IdOf(2), "suspect", 1, Topologies.IdOf(2))],
                }),
                gone,
            ])).Single();

        Assert.Equal(("node3 is suspected", "node3 had no answer from it, neither directly nor through others."), (entry.Title, entry.Why));
    }

    [Fact]
    public void Who_is_gone_keeps_its_name_by_what_it_told_last()
    {
        ClusterTopology topology = Topologies.Of(2);
        NodeReport gone = Reports.Telling(2, topology, status => status).Failed("Connection refused", Reports.SilentSince);

        ImmutableArray<ClusterEvent> events = EventMerge.Of(ClusterSnapshot.Of(
            Reports.Now,
            [
                Reports.Telling(0, topology, status => status with { Upkeep = Reports.NoUpkeep with { Repairs = [Repaired("hint", Topologies.IdOf(2))] } }),
                gone,
            ]));

        ClusterEvent entry = Assert.Single(events);
        Assert.Equal(("node1 gave node3 1,200 keys of 3 slots that it had kept for it", "node3"), (entry.Title, entry.Member));
    }

    [Fact]
    public void Who_had_missed_writes_itself_learned_them_from_the_others()
    {
        ClusterEvent entry = Assert.Single(Merged([Status(0) with { Upkeep = Reports.NoUpkeep with { Repairs = [Repaired("read", "node1")] } }]));

        Assert.Equal(("node1 learned 1,200 keys of 3 slots from the others", "node1"), (entry.Title, entry.Member));
    }

    private static ImmutableArray<ClusterEvent> Merged(MemberStatus[] told) => EventMerge.Of(ClusterSnapshot.Of(
        Reports.Now,
        [.. told.Select(status => (Reports.Unasked(0) with { Topology = Topologies.Of(3) }).Told(status, TimeSpan.Zero))]));

    private static MemberStatus Status(int ordinal) => Reports.Status(ordinal, 3);

    private static NetworkFault Fault(long id) => new(id, NetworkFaultKind.Partition, ["node3"], TimeSpan.Zero, 0, Start, TimeSpan.FromMinutes(1));

    private static RepairSum Repaired(string kind, string member) => new(kind, member, Start, Start + TimeSpan.FromSeconds(7), Keys: 1_200, Slots: 3);

    private static LivenessChange Suspect(int seconds, long incarnation) =>
        new(Start + TimeSpan.FromSeconds(seconds), "node3", "suspect", incarnation, "node1");

    private static PastChange Change(uint epoch, TimeSpan? took) => new(epoch, Start, took, IsGivenUp: false, ["node4"], [], Keys: 10, Bytes: 1024);
}
