using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>
/// For mistakes that chance meets too rarely, or not at all: the sequence of events in which each shows. Each must find
/// nothing where nothing is wrong.
/// </summary>
internal static class DirectedScenarios
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private static readonly Dictionary<ProtocolFlaw, Func<ProtocolFlaw, string?>> Scenarios = new()
    {
        [ProtocolFlaw.BatchSealedLate] = OperationJoinsWhilePromisesAreOnTheirWay,
        [ProtocolFlaw.BallotWithoutEpoch] = LeftoverOfAnEarlierEpoch,
        [ProtocolFlaw.HeldAcrossEpochs] = HeldPromiseMeetsANewEpoch,
        [ProtocolFlaw.LearnClearsPromise] = LearnBetweenPromiseAndAccept,
        [ProtocolFlaw.BallotReused] = CoordinatorStartsAgainAtTheSameTime,
        [ProtocolFlaw.PromiseForgotten] = HolderOfAPromiseStartsAgain,
        [ProtocolFlaw.IdentityOverwritesVector] = AttemptIsSecuredInVain,
        [ProtocolFlaw.ResultOfWrongAttempt] = FirstOfTwoAttemptsTakesEffect,
        [ProtocolFlaw.DeclineWithOpenAttempt] = DeclineWhileAnAttemptLives,
        [ProtocolFlaw.UnchosenHinted] = UpkeepScenarios.UnchosenRecordIsHinted,
        [ProtocolFlaw.UnchosenRepaired] = UpkeepScenarios.UnchosenRecordIsRepaired,
        [ProtocolFlaw.HintToReturnedOwner] = UpkeepScenarios.OwnerLeavesAndComesBack,
        [ProtocolFlaw.PrepareStraddlesPurge] = UpkeepScenarios.PrepareStraddlesPurge,
        [ProtocolFlaw.PurgeClearsPromises] = UpkeepScenarios.PromiseBeforeAPurge,
        [ProtocolFlaw.ExpiryByLocalClock] = UpkeepScenarios.ReaderWithAFastClock,
        [ProtocolFlaw.DigestWithoutTombstones] = MoveScenarios.DeletedBeforeTheMove,
        [ProtocolFlaw.DigestWithoutBallots] = UpkeepScenarios.ReplicaThatMissedAWrite,
        [ProtocolFlaw.AgreedRangeNotCompared] = UpkeepScenarios.ReplicaThatMissedAWrite,
        [ProtocolFlaw.StaleEpochAccepted] = MoveScenarios.WriterThatWasNotTold,
        [ProtocolFlaw.EpochNotDurable] = MoveScenarios.OwnerStartsAgainAfterTheMove,
        [ProtocolFlaw.TopologiesMixed] = MoveScenarios.RoundThatBeganBeforeTheMove,
        [ProtocolFlaw.CopiedFromOne] = MoveScenarios.OneOldOwnerIsLeft,
        [ProtocolFlaw.StayingOwnerComplete] = MoveScenarios.OwnerThatStaysHasMissedAWrite,
        [ProtocolFlaw.OwnReplicaCountedTwice] = MoveScenarios.OwnerThatStaysHasMissedAWrite,
        [ProtocolFlaw.FloorsNotTransferred] = MoveScenarios.AttemptFromBeforeAPurge,
        [ProtocolFlaw.TombstonesNotTransferred] = MoveScenarios.DeletedBeforeTheMove,
        [ProtocolFlaw.PagesSkipped] = MoveScenarios.LastOfThreePages,
        [ProtocolFlaw.LeftoverKept] = MoveScenarios.SlotComesBack,
        [ProtocolFlaw.UnchosenTransferred] = MoveScenarios.UnchosenRecordOfAnOldOwner,
        [ProtocolFlaw.EpochWithoutBarrier] = MoveScenarios.AcceptWhileTheEpochIsMadeDurable,
        [ProtocolFlaw.PurgedInJointPhase] = MoveScenarios.DeletedWhileOwnersChange,
    };

    public static IEnumerable<ProtocolFlaw> Flaws => Scenarios.Keys;

    /// <returns>What was found; null if nothing was, or there is no scenario for it.</returns>
    public static string? Run(ProtocolFlaw flaw) => Scenarios.TryGetValue(flaw, out Func<ProtocolFlaw, string?>? scenario) ? scenario(flaw) : null;

    public static IEnumerable<string> FalseAlarms() =>
        from scenario in Scenarios
        let found = scenario.Value(ProtocolFlaw.None)
        where found is not null
        select $"{scenario.Key}: {found}";

    /// <summary>
    /// The promises that node 1 waits for are on their way while node 2 deletes the key. Whoever asks node 1 now must not be
    /// answered from what the promises report.
    /// </summary>
    private static string? OperationJoinsWhilePromisesAreOnTheirWay(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw);
        scenario.Do(2, ClusterScenario.Put("x"));
        scenario.RunFor(Moment);
        scenario.Hold(static message => message is { To: 1, Answers: PeerReplyKind.Promised });
        ClientOperation before = scenario.Begin(1, IfAbsent("c"));
        scenario.RunUntilSaid("Promised", 4);
        scenario.Do(2, Change.Delete());
        ClientOperation after = scenario.Begin(1, IfAbsent("d"));
        scenario.Release();
        scenario.Finish(before);
        scenario.Finish(after);
        return scenario.Check();
    }

    /// <summary>
    /// An accept of the first epoch, with a counter from the future, reached its coordinator only. In the next epoch, where that
    /// member is an owner still, the key was written under a lower counter.
    /// </summary>
    private static string? LeftoverOfAnEarlierEpoch(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5);
        int[] nodes = scenario.OwnersFirst();
        (int stays, int joins, int joinsToo) = (nodes[0], nodes[3], nodes[4]);
        scenario.Node(stays).Clock.Jump(TimeSpan.FromHours(1));
        scenario.Swallow(static message => message.Asks == PeerRequestKind.Accept);
        scenario.Begin(stays, Change.Increment(1));
        scenario.RunUntilSaid("Accept", 2);
        scenario.RunFor(Moment);
        scenario.Node(stays).Crash(withPower: false);
        scenario.SwallowNothing();

        int[] others = [.. nodes[1..]];
        scenario.Publish(document => document with { Current = [.. new[] { stays, joins, joinsToo }.Select(node => document.Members[node - 1].Id)] }, others);
        scenario.Do(joins, Change.Increment(1));
        scenario.Do(joinsToo, Change.Identity);

        scenario.Node(stays).Start();
        scenario.RunUntil(() => scenario.Node(stays).IsServing, "the owner that stays serves again");
        scenario.Publish(document => document with { Current = [.. new[] { stays, joins, joinsToo }.Select(node => document.Members[node - 1].Id)] }, stays);
        scenario.RunFor(TimeSpan.FromSeconds(5));
        scenario.Swallow(message => message.To == joinsToo);
        scenario.Do(joins, Change.Identity);
        return scenario.Check();
    }

    /// <summary>Node 1 holds a promise of the first epoch; in the second node 2 has written before node 1 does.</summary>
    private static string? HeldPromiseMeetsANewEpoch(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw);
        scenario.Do(1, Change.Increment(1));
        scenario.RunFor(Moment);
        scenario.Publish(static document => document, 1, 2, 3);
        scenario.RunFor(Moment);
        scenario.Do(2, Change.Increment(1));
        scenario.Do(1, Change.Increment(1));
        return scenario.Check();
    }

    /// <summary>
    /// Node 1's replica missed a write, promised its own coordinator's ballot, and is then taught the write. Node 2, with a lower
    /// ballot, must not get past that promise.
    /// </summary>
    private static string? LearnBetweenPromiseAndAccept(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw);
        scenario.Do(3, Change.Increment(1));
        scenario.RunFor(Moment);
        scenario.Swallow(static message => message is { To: 1, Asks: PeerRequestKind.Accept });
        scenario.Do(3, Change.Increment(1));
        scenario.RunFor(Moment);

        scenario.Node(1).Clock.Jump(TimeSpan.FromSeconds(1));
        scenario.Swallow(static message => message is { From: 1, To: 2, Asks: PeerRequestKind.Prepare });
        scenario.Hold(static message => message is { From: 3, To: 1, Answers: PeerReplyKind.Promised });
        ClientOperation slow = scenario.Begin(1, Change.Increment(1));
        scenario.RunUntilSaid("Promised", 3);
        scenario.Do(1, Change.Identity); // its own replica is below what the others report, and is taught
        scenario.RunFor(Moment);
        scenario.Do(2, Change.Increment(1));
        scenario.SwallowNothing();
        scenario.Release();
        scenario.Finish(slow);
        return scenario.Check();
    }

    /// <summary>
    /// A put and a delete travel in one accept, which reaches one replica; the put is given up, and the delete then finds
    /// nothing at the other two. The accept may still win.
    /// </summary>
    private static string? DeclineWhileAnAttemptLives(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5);
        int[] nodes = scenario.OwnersFirst();
        (int reached, int outside) = (nodes[0], nodes[3]);
        scenario.Hold(static message => message.Answers == PeerReplyKind.Promised);
        ClientOperation occupies = scenario.Begin(outside, Change.Delete());
        scenario.RunUntilSaid("Promised", 3);
        scenario.Begin(outside, ClusterScenario.Put("a"), TimeSpan.FromMilliseconds(300));
        ClientOperation second = scenario.Begin(outside, Change.Delete());
        scenario.Swallow(message => message.Asks == PeerRequestKind.Accept && message.To != reached);
        scenario.Release();
        scenario.Finish(occupies);
        scenario.RunUntilSaid("Accept b", 3);
        scenario.RunFor(Moment);

        scenario.Swallow(message => message.Asks == PeerRequestKind.Prepare && message.To == reached);
        scenario.Finish(second);
        scenario.Swallow(message => message.To == nodes[2]);
        scenario.Do(nodes[1], Change.Identity);
        return scenario.Check();
    }

    /// <summary>
    /// A coordinator whose clock stands still had an accept reach one replica; it starts again and has another put. Its ballots
    /// must not be those that it has used.
    /// </summary>
    private static string? CoordinatorStartsAgainAtTheSameTime(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5);
        int[] nodes = scenario.OwnersFirst();
        (int reached, int other, int outside) = (nodes[0], nodes[1], nodes[3]);
        scenario.Node(outside).Clock.Freeze();
        scenario.Finish(scenario.Begin(outside, Change.Delete(), key: new Key("other"u8.ToArray()))); // raises the Bound
        scenario.StartAgain(outside);
        scenario.Swallow(message => message.Asks == PeerRequestKind.Accept && message.To != reached);
        scenario.Begin(outside, ClusterScenario.Put("x"));
        scenario.RunUntilSaid("Accept b", 3);
        scenario.RunFor(Moment);
        scenario.StartAgain(outside);

        scenario.Swallow(message => message.To == nodes[2]
            ? message.Asks == PeerRequestKind.Accept
            : message.To == reached && message.Asks == PeerRequestKind.Prepare);
        scenario.Do(outside, ClusterScenario.Put("y"));
        scenario.Swallow(message => message.To == other);
        scenario.Do(nodes[4], Change.Identity);
        return scenario.Check();
    }

    /// <summary>Node 2, one of the two that promised node 1's next ballot, starts again, and node 3 asks it under a lower one.</summary>
    private static string? HolderOfAPromiseStartsAgain(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, nextAheadMilliseconds: 60_000);
        scenario.Do(1, Change.Increment(1));
        scenario.RunFor(Moment);
        scenario.Swallow(static message => message is { To: 3, Asks: PeerRequestKind.Accept });
        scenario.Do(1, Change.Increment(1));
        scenario.RunFor(Moment);
        scenario.SwallowNothing();
        scenario.StartAgain(2);
        scenario.Do(3, Change.Increment(1));
        scenario.Do(1, Change.Increment(1));
        return scenario.Check();
    }

    /// <summary>
    /// An increment reached its coordinator's replica only; the round that finds it there makes it safe at the others too, but
    /// hears nothing of that. The third round must still find it.
    /// </summary>
    private static string? AttemptIsSecuredInVain(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw);
        scenario.Swallow(static message => message.Asks == PeerRequestKind.Accept);
        ClientOperation increment = scenario.Begin(1, Change.Increment(1));
        scenario.RunUntilSaid("Accept b", 2);
        scenario.Swallow(static message => message.Answers == PeerReplyKind.Accepted);
        scenario.RunUntilSaid("Accepted", 2);
        scenario.SwallowNothing();
        scenario.Finish(increment);
        return scenario.Check();
    }

    /// <summary>
    /// Of two attempts of one increment the first, which reached one replica, is taken up by another coordinator; the second
    /// reached nobody. Each has another version to answer with.
    /// </summary>
    private static string? FirstOfTwoAttemptsTakesEffect(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5);
        int[] nodes = scenario.OwnersFirst();
        (int reached, int outside, int other) = (nodes[0], nodes[3], nodes[4]);
        scenario.Swallow(message => message.Asks == PeerRequestKind.Accept && message.To != reached);
        ClientOperation increment = scenario.Begin(outside, Change.Increment(1));
        scenario.RunUntilSaid("Accept b", 3);
        scenario.RunFor(Moment);
        scenario.Swallow(message => message.Asks == PeerRequestKind.Accept || (message.Asks == PeerRequestKind.Prepare && message.To == reached));
        scenario.RunUntilSaid("Accept b", 6);
        scenario.Swallow(message => message.From == outside || message.To == nodes[2]);
        scenario.Do(other, Change.Identity);
        scenario.SwallowNothing();
        scenario.Finish(increment);
        return scenario.Check();
    }

    private static Change IfAbsent(string value) => ClusterScenario.Put(value) with { Condition = ConditionKind.Absent };
}
