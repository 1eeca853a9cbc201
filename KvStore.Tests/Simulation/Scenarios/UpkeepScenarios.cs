using System.Globalization;
using KvStore.Node;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Topology;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>Directed scenarios for mistakes in what keeps replicas alike: hints, repair, purge, expiry.</summary>
internal static class UpkeepScenarios
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    public static string? UnchosenRecordIsHinted(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw);
        return SpreadUnchosen(scenario);
    }

    public static string? UnchosenRecordIsRepaired(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, compareInterval: TimeSpan.FromMilliseconds(300));
        return SpreadUnchosen(scenario);
    }

    /// <summary>
    /// Node 3 missed a write and has a hint waiting; it leaves the owners and comes back. What it missed then is not what it
    /// misses now.
    /// </summary>
    public static string? OwnerLeavesAndComesBack(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 4);
        int[] nodes = scenario.OwnersFirst();
        (int coordinator, int leaves) = (nodes[0], nodes[2]);
        scenario.Swallow(message => message.To == leaves && message.Asks is PeerRequestKind.Accept or PeerRequestKind.Learn);
        scenario.Do(coordinator, ClusterScenario.Put("x"));
        scenario.RunUntil(() => Hints() > 0, "a hint is kept");
        TopologyDocument first = scenario.Cluster.Topology.Document;
        PublishAt(scenario, first with { Epoch = new Epoch(2), Current = [.. first.Current.Where(member => member != first.Members[leaves - 1].Id)] });
        scenario.RunFor(Moment);
        PublishAt(scenario, first with { Epoch = new Epoch(3) });
        scenario.RunFor(Moment);
        return Hints() == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"node{coordinator} keeps a hint for node{leaves} from before it left.");

        int Hints() => scenario.Node(coordinator).Member!.Report().Upkeep.Hints.Sum(hints => hints.Count);
    }

    /// <summary>
    /// Replicas have been found alike; then node c misses a write, and the one that coordinated it dies before it has kept a hint.
    /// Only by comparing themselves can the two that are left find out.
    /// </summary>
    public static string? ReplicaThatMissedAWrite(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, compareInterval: TimeSpan.FromMilliseconds(300));
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[0], ClusterScenario.Put("x"));
        scenario.RunFor(TimeSpan.FromSeconds(5));
        scenario.Swallow(message => message.To == nodes[2]);
        scenario.Do(nodes[0], ClusterScenario.Put("y"));
        scenario.Node(nodes[0]).Crash(withPower: false);
        scenario.SwallowNothing();
        scenario.RunFor(TimeSpan.FromSeconds(20));
        ClusterConvergence left = new(scenario.Cluster, [ClusterScenario.Key], [scenario.Node(nodes[1]), scenario.Node(nodes[2])]);
        return left.Difference() is { } difference ? $"{difference} 20 s after it missed a write." : scenario.Check();
    }

    /// <summary>
    /// A prepare whose replies lie on both sides of a purge. One replica, which missed the delete, shows the value with its
    /// promise; then it learns the tombstone, everybody confirms, the tombstone is purged, and the next replica shows absence.
    /// </summary>
    public static string? PrepareStraddlesPurge(ProtocolFlaw flaw)
    {
        Ballot prepared = new(Epoch.First, 30, 1);
        RegisterRecord value = Record(10, RegisterKind.Value);
        RegisterRecord tombstone = Record(20, RegisterKind.Tombstone);
        Acceptor missed = new(Ballot.Zero, value, Ballot.Zero, flaw);
        Acceptor deleted = new(Ballot.Zero, tombstone, Ballot.Zero, flaw);

        Invariant.Holds(missed.MayPromise(prepared, out _));
        RegisterRecord seen = missed.Accepted;
        Invariant.Holds(missed.DecideLearn(tombstone.Ballot) == LearnDecision.Learn);
        missed = missed with { Promised = prepared, Accepted = tombstone };
        if (missed.Confirms(tombstone.Ballot, out _) && deleted.Confirms(tombstone.Ballot, out _))
        {
            deleted = deleted with { Accepted = RegisterRecord.Absent, Floor = tombstone.Ballot };
        }

        Invariant.Holds(deleted.MayPromise(prepared, out _));
        RegisterRecord highest = deleted.Accepted.Ballot > seen.Ballot ? deleted.Accepted : seen;
        return highest.HasValue ? "A round builds on a value that was deleted." : null;
    }

    /// <summary>
    /// Everybody has confirmed a tombstone; before it is purged at the last replica, that one promises a ballot far ahead. A
    /// coordinator with a lower one must still be refused after the purge.
    /// </summary>
    public static string? PromiseBeforeAPurge(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, compareInterval: TimeSpan.FromMilliseconds(300));
        int[] nodes = scenario.OwnersFirst();
        (int ahead, int behind, int last) = (nodes[0], nodes[1], nodes[2]);
        scenario.Node(ahead).Clock.Jump(TimeSpan.FromSeconds(1));
        scenario.Do(behind, ClusterScenario.Put("x"));
        scenario.Hold(message => message.To == last && message.Asks == PeerRequestKind.Purge);
        scenario.Do(behind, Change.Delete());
        scenario.RunUntilSaid(string.Create(CultureInfo.InvariantCulture, $"> node{last}  Purge"), 1);
        scenario.RunFor(Moment);

        scenario.Swallow(message => message.From == ahead && message.To == behind && message.Asks == PeerRequestKind.Prepare);
        scenario.Hold(message => message.To == last && message.Asks == PeerRequestKind.Purge
            || (message.From == last && message.To == ahead && message.Answers == PeerReplyKind.Promised));
        ClientOperation first = scenario.Begin(ahead, ClusterScenario.Put("a") with { Condition = ConditionKind.Absent });
        scenario.RunFor(Moment);
        scenario.Release(static message => message.Asks == PeerRequestKind.Purge);
        scenario.RunFor(Moment);
        ClientOperation second = scenario.Do(behind, ClusterScenario.Put("b") with { Condition = ConditionKind.Absent });
        scenario.SwallowNothing();
        scenario.Release();
        scenario.Finish(first);
        return IsApplied(first) && IsApplied(second) ? "Two puts that ask for absence were both applied." : null;

        static bool IsApplied(ClientOperation put) => put.Result!.Value.Change.Outcome == ChangeOutcome.Applied;
    }

    /// <summary>Node 2's clock is an hour ahead. When it has told that a value is past its time, nobody may see the value again.</summary>
    public static string? ReaderWithAFastClock(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw);
        scenario.Do(1, Change.Put("x"u8.ToArray(), timeToLive: 60_000));
        scenario.Node(2).Clock.Jump(TimeSpan.FromHours(1));
        ClientOperation gone = scenario.Do(2, Change.Identity);
        ClientOperation later = scenario.Do(1, Change.Identity);
        return HasValue(gone) ? "The value outlives its time." : HasValue(later) ? "A value was gone and is there again." : null;

        static bool HasValue(ClientOperation read) => read.Result!.Value.Change.State is { HasValue: true };
    }

    /// <summary>
    /// An increment reached its coordinator's replica only, and is given up as unknown. Node 2 prepares the next one, on what the
    /// other two hold. If the first now spreads, a reader sees it, and after node 2's accept it was never there.
    /// </summary>
    private static string? SpreadUnchosen(ClusterScenario scenario)
    {
        scenario.Do(1, Change.Increment(1));
        scenario.RunFor(Moment);
        scenario.Swallow(static message => message is { From: 1, Asks: PeerRequestKind.Accept } or { To: 1, Asks: PeerRequestKind.Read });
        scenario.Hold(static message => message.Asks == PeerRequestKind.Learn);
        scenario.Finish(scenario.Begin(1, Change.Increment(1), TimeSpan.FromMilliseconds(300)));
        for (int i = 0; i < 100 && scenario.Said("node1 > node3  Learn") == 0; i++)
        {
            scenario.RunFor(Moment);
        }

        scenario.Swallow(static message => message is { From: 2, To: 1 } or { To: 1, Asks: PeerRequestKind.Read });
        scenario.Hold(static message => message is { From: 2, To: 3, Asks: PeerRequestKind.Accept } or { Asks: PeerRequestKind.Learn });
        int accepts = scenario.Said("node2 > node3  Accept");
        ClientOperation second = scenario.Begin(2, Change.Increment(1));
        scenario.RunUntilSaid("node2 > node3  Accept", accepts + 1);
        scenario.Release(static message => message is { To: 3, Asks: PeerRequestKind.Learn });
        scenario.RunFor(Moment);
        scenario.Swallow(static message => message.To == 2 && message.From == 3 && message.Asks is not null);
        scenario.Do(3, Change.Identity);
        scenario.SwallowNothing();
        scenario.Release();
        scenario.Finish(second);
        return scenario.Check();
    }

    private static void PublishAt(ClusterScenario scenario, TopologyDocument document)
    {
        TopologySnapshot topology = new(document);
        foreach (SimulatedMember member in scenario.Cluster.Members)
        {
            member.Member!.Topologies.Publish(topology);
        }
    }

    private static RegisterRecord Record(long counter, RegisterKind kind)
    {
        Ballot ballot = new(Epoch.First, counter, 1);
        return new RegisterRecord(ballot, new RegisterState { Kind = kind, Version = new StateVersion(ballot, 1) });
    }
}
