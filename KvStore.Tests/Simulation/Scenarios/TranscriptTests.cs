using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>
/// What members say to each other in the exchanges that matter, to be read and to be kept. A member's own replica is in its
/// lane, so that of three replicas two are seen; ballots are named in the order of their appearance.
/// </summary>
public sealed class TranscriptTests
{
    [Fact]
    public void A_second_write_needs_one_round()
    {
        using ClusterScenario scenario = new();
        scenario.Do(1, ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        scenario.Do(1, ClusterScenario.Put("y"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        AssertTranscript(
            """
            node1 > node2  Prepare b1
            node1 > node3  Prepare b1
            node2 > node1  Promised, holds nothing
            node3 > node1  Promised, holds nothing
            node1 > node2  Accept b1 x, next b2
            node1 > node3  Accept b1 x, next b2
            node3 > node1  Accepted, next promised
            node2 > node1  Accepted, next promised
            node1 > node2  Accept b2 y, next b3
            node1 > node3  Accept b2 y, next b3
            node2 > node1  Accepted, next promised
            node3 > node1  Accepted, next promised
            """,
            scenario);
    }

    [Fact]
    public void A_write_meets_a_higher_ballot_and_tries_again()
    {
        using ClusterScenario scenario = new();
        scenario.Hold(static message => message is { From: 1, Asks: PeerRequestKind.Accept });
        ClientOperation first = scenario.Begin(1, ClusterScenario.Put("x"));
        scenario.RunUntilSaid("Accept", 2);
        scenario.Do(2, ClusterScenario.Put("y"));
        scenario.Release();
        scenario.Finish(first);
        AssertTranscript(
            """
            node1 > node2  Prepare b1
            node1 > node3  Prepare b1
            node2 > node1  Promised, holds nothing
            node3 > node1  Promised, holds nothing
            node1 > node2  Accept b1 x, next b2  (late)
            node1 > node3  Accept b1 x, next b2  (late)
            node2 > node1  Prepare b3
            node2 > node3  Prepare b3
            node3 > node2  Promised, holds nothing
            node2 > node1  Accept b3 y, next b4
            node2 > node3  Accept b3 y, next b4
            node1 > node2  Promised, holds b1 x
            node3 > node2  Accepted, next promised
            node2 > node1  Conflict with b4
            node1 > node2  Accepted, next promised
            node3 > node1  Conflict with b4
            node1 > node2  Prepare b5
            node1 > node3  Prepare b5
            node3 > node1  Promised, holds b3 y
            node2 > node1  Promised, holds b3 y
            node1 > node2  Accept b5 x, next b6
            node1 > node3  Accept b5 x, next b6
            node3 > node1  Accepted, next promised
            node2 > node1  Accepted, next promised
            """,
            scenario);
    }

    [Fact]
    public void A_write_whose_acks_are_lost_is_found_in_the_history_and_not_repeated()
    {
        using ClusterScenario scenario = new();
        scenario.Swallow(static message => message.Answers == PeerReplyKind.Accepted);
        ClientOperation write = scenario.Begin(1, Change.Increment(1));
        scenario.RunUntilSaid("Accepted", 2);
        scenario.SwallowNothing();
        scenario.Finish(write);
        Assert.Equal(1, write.Result!.Value.Change.Number);
        AssertTranscript(
            """
            node1 > node2  Prepare b1
            node1 > node3  Prepare b1
            node2 > node1  Promised, holds nothing
            node3 > node1  Promised, holds nothing
            node1 > node2  Accept b1 1, next b2
            node1 > node3  Accept b1 1, next b2
            node3 > node1  Accepted, next promised  (lost)
            node2 > node1  Accepted, next promised  (lost)
            node1 > node2  Prepare b3
            node1 > node3  Prepare b3
            node2 > node1  Promised, holds b1 1
            node3 > node1  Promised, holds b1 1
            """,
            scenario);
    }

    [Fact]
    public void A_read_teaches_a_replica_that_missed_a_write()
    {
        using ClusterScenario scenario = new();
        scenario.Swallow(static message => message is { To: 1, Asks: PeerRequestKind.Accept });
        scenario.Do(2, ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        scenario.SwallowNothing();
        scenario.Do(3, Change.Identity);
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        AssertTranscript(
            """
            node2 > node1  Prepare b1
            node2 > node3  Prepare b1
            node1 > node2  Promised, holds nothing
            node3 > node2  Promised, holds nothing
            node2 > node1  Accept b1 x, next b2  (lost)
            node2 > node3  Accept b1 x, next b2
            node3 > node2  Accepted, next promised
            node3 > node1  Read
            node1 > node3  Read, holds nothing
            node3 > node2  Read
            node2 > node3  Read, holds b1 x
            node3 > node1  Learn b1 x
            node1 > node3  Learned
            """,
            scenario);
    }

    [Fact]
    public void A_member_that_met_a_conflict_hands_its_next_write_to_the_first_owner()
    {
        using ClusterScenario scenario = new(handsOver: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Node(nodes[1]).Clock.Jump(TimeSpan.FromSeconds(-10));
        scenario.Do(nodes[0], ClusterScenario.Put("w"));
        scenario.Do(nodes[1], ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        ClientOperation write = scenario.Do(nodes[1], ClusterScenario.Put("y"));
        Assert.Equal(OperationOutcome.Committed, write.Outcome);
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        AssertTranscript(
            """
            node1 > node2  Prepare b1
            node1 > node3  Prepare b1
            node2 > node1  Promised, holds nothing
            node3 > node1  Promised, holds nothing
            node1 > node2  Accept b1 w, next b2
            node1 > node3  Accept b1 w, next b2
            node3 > node1  Accepted, next promised
            node2 > node1  Accepted, next promised
            node2 > node1  Prepare b3
            node2 > node3  Prepare b3
            node1 > node2  Conflict with b2
            node3 > node2  Conflict with b2
            node2 > node1  Prepare b4
            node2 > node3  Prepare b4
            node1 > node2  Promised, holds b1 w
            node3 > node2  Promised, holds b1 w
            node2 > node1  Accept b4 x, next b5
            node2 > node3  Accept b4 x, next b5
            node1 > node2  Accepted, next promised
            node3 > node2  Accepted, next promised
            node2 > node1  Execute
            node1 > node2  Accept b2 y, next b6
            node1 > node3  Accept b2 y, next b6
            node3 > node1  Conflict with b5
            node2 > node1  Conflict with b5
            node1 > node2  Prepare b7
            node1 > node3  Prepare b7
            node2 > node1  Promised, holds b4 x
            node3 > node1  Promised, holds b4 x
            node1 > node2  Accept b7 y, next b8
            node1 > node3  Accept b7 y, next b8
            node3 > node1  Accepted, next promised
            node1 > node2  Executed
            node2 > node1  Accepted, next promised
            """,
            scenario);
    }

    private const string SlotTakenOver =
        """
        node2 > node1  Prepare b1
        node2 > node3  Prepare b1
        node3 > node2  Promised, holds nothing
        node1 > node2  Promised, holds nothing
        node2 > node1  Accept b1 x, next b2
        node2 > node3  Accept b1 x, next b2
        node1 > node2  Accepted, next promised
        node3 > node2  Accepted, next promised
        node4 > node2  SlotDigests
        node4 > node3  SlotDigests
        node4 > node1  SlotDigests
        node3 > node4  SlotDigests, answered
        node2 > node4  SlotDigests, answered
        node2 > node3  SlotDigests
        node2 > node1  SlotDigests
        node1 > node4  SlotDigests, answered
        node3 > node2  SlotDigests, answered
        node1 > node2  SlotDigests, answered
        node3 > node2  SlotDigests
        node3 > node1  SlotDigests
        node1 > node3  SlotDigests, answered
        node2 > node3  SlotDigests, answered
        node4 > node1  Pull
        node3 > node2  Completeness
        node2 > node3  Not complete
        node3 > node4  Completeness
        node4 > node3  Complete
        node1 > node4  Page of 1 records
        node4 > node2  Completeness
        node2 > node4  Not complete
        node4 > node3  Completeness
        node3 > node4  Complete
        node2 > node3  Completeness
        node3 > node2  Complete
        node2 > node4  Completeness
        node4 > node2  Complete
        node4 > node2  Prepare b3
        node4 > node3  Prepare b3
        node3 > node4  Promised, holds b1 x
        node2 > node4  Promised, holds b1 x
        node4 > node2  Accept b3 y, next b4
        node4 > node3  Accept b3 y, next b4
        node3 > node4  Accepted, next promised
        node2 > node4  Accepted, next promised
        """;

    [Fact]
    public void A_slot_goes_from_an_owner_that_leaves_to_another_member()
    {
        using ClusterScenario scenario = new(members: 4, moves: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[1], ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        scenario.Cluster.Decided.Begin([], [scenario.Node(nodes[0]).Id]);
        scenario.Bring(1, 2, 3, 4);
        scenario.Complete(1, 2, 3, 4);
        scenario.Do(nodes[3], ClusterScenario.Put("y"));
        scenario.RunFor(TimeSpan.FromMilliseconds(50));
        AssertTranscript(SlotTakenOver, scenario);
    }

    private static void AssertTranscript(string expected, ClusterScenario scenario)
    {
        Assert.Null(scenario.Check());
        Assert.True(expected == scenario.Transcript, $"The transcript is now\n{scenario.Transcript}");
    }
}
