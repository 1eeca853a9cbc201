using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>
/// What goes wrong when a slot changes hands. Mostly the key's owners a, b, c give way to c, d, e: a and b leave, so that the
/// three others own everything.
/// </summary>
internal static class MoveScenarios
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    /// <summary>Node a does not know yet that the slot is not its any more, and writes with the help of c, which does.</summary>
    public static string? WriterThatWasNotTold(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[2], ClusterScenario.Put("x"));
        Leave(scenario, nodes[0], nodes[1]);
        scenario.Bring(nodes[1..]);
        scenario.Complete(nodes[1..]);
        scenario.Finish(scenario.Begin(nodes[0], ClusterScenario.Put("y"), TimeSpan.FromSeconds(2)));
        return ReadWithoutC(scenario, nodes);
    }

    /// <summary>Node c has moved on and starts again; node a still is where it was.</summary>
    public static string? OwnerStartsAgainAfterTheMove(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[2], ClusterScenario.Put("x"));
        Leave(scenario, nodes[0], nodes[1]);
        scenario.Bring(nodes[1..]);
        scenario.Complete(nodes[1..]);
        scenario.Node(nodes[2]).Crash(withPower: true);
        scenario.Node(nodes[2]).Start();
        scenario.RunUntil(() => scenario.Node(nodes[2]).IsServing, "node c serves again");
        scenario.RunFor(TimeSpan.FromSeconds(2));
        scenario.Finish(scenario.Begin(nodes[0], ClusterScenario.Put("y"), TimeSpan.FromSeconds(3)));
        scenario.Bring(nodes[2..]);
        return ReadWithoutC(scenario, nodes);
    }

    /// <summary>Node a's prepare is answered late, when everything was taken over already.</summary>
    public static string? RoundThatBeganBeforeTheMove(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[2], ClusterScenario.Put("x"));
        scenario.Hold(message => message.To == nodes[0] && message.Answers == PeerReplyKind.Promised);
        ClientOperation write = scenario.Begin(nodes[0], ClusterScenario.Put("y"));
        scenario.RunFor(TimeSpan.FromMilliseconds(5));
        Leave(scenario, nodes[0], nodes[1]);
        scenario.Bring(nodes);
        scenario.RunUntil(() => scenario.Cluster.Decided.Last.Document.Next is null, "the change is complete");
        scenario.Release();
        scenario.Finish(write);
        scenario.Bring(nodes[2..]);
        return ReadWithoutC(scenario, nodes);
    }

    /// <summary>Nodes a and b, which alone hold a write, are away while c and d could take over from c.</summary>
    public static string? OneOldOwnerIsLeft(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        PutMissedBy(scenario, nodes[0], nodes[2]);
        foreach (int away in new[] { nodes[0], nodes[1], nodes[4] })
        {
            scenario.Node(away).Crash(withPower: false);
        }

        Leave(scenario, nodes[0], nodes[1]);
        scenario.Bring(nodes[2], nodes[3]);
        scenario.RunFor(TimeSpan.FromSeconds(20));
        scenario.Node(nodes[0]).Start();
        scenario.Node(nodes[1]).Start();
        scenario.RunUntil(() => scenario.Node(nodes[0]).IsServing && scenario.Node(nodes[1]).IsServing, "the old owners are back");
        scenario.Bring(nodes[0], nodes[1]);
        scenario.Complete(nodes[2], nodes[3]);
        scenario.Do(nodes[3], Change.Identity);
        return scenario.Check();
    }

    /// <summary>
    /// Node c, which stays, has missed a write and cannot reach a and b; d takes over all of it, and e nothing. The change must
    /// not be complete before c has heard of the write: c and e are a majority.
    /// </summary>
    public static string? OwnerThatStaysHasMissedAWrite(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Node(nodes[4]).Crash(withPower: false);
        PutMissedBy(scenario, nodes[0], nodes[2]);
        foreach (int old in nodes[..2])
        {
            scenario.Cluster.Network.CutOneWay(old - 1, nodes[2] - 1);
            scenario.Cluster.Network.CutOneWay(nodes[2] - 1, old - 1);
        }

        Leave(scenario, nodes[0], nodes[1]);
        scenario.Bring(nodes[..4]);
        scenario.RunFor(TimeSpan.FromSeconds(5));
        scenario.Cluster.Network.HealAll();
        scenario.Complete(nodes[2], nodes[3]);
        scenario.Node(nodes[4]).Start();
        scenario.RunUntil(() => scenario.Node(nodes[4]).IsServing, "node e serves");
        scenario.Bring(nodes[4]);
        scenario.Node(nodes[3]).Crash(withPower: false);
        scenario.RunFor(TimeSpan.FromSeconds(5));
        scenario.Do(nodes[2], Change.Identity);
        return scenario.Check();
    }

    /// <summary>
    /// Node d's put took effect, was deleted and the tombstone purged, and d has heard of none of it. With c out of reach
    /// only the floors that d and e took over can tell it that its attempt may have been.
    /// </summary>
    public static string? AttemptFromBeforeAPurge(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, compareInterval: TimeSpan.FromMilliseconds(300), moves: true);
        int[] nodes = scenario.OwnersFirst();
        int d = nodes[3];
        scenario.Swallow(message => message.To == d && message.Answers == PeerReplyKind.Accepted);
        ClientOperation put = scenario.Begin(d, ClusterScenario.Put("x"), TimeSpan.FromSeconds(50));
        scenario.RunUntilSaid("Accepted", 3);
        scenario.Swallow(message => IsOfRounds(message) && (message.From == d || message.To == d));
        scenario.RunFor(TimeSpan.FromSeconds(1));
        scenario.Do(nodes[0], Change.Identity);
        scenario.Do(nodes[0], Change.Delete());
        scenario.RunUntil(() => scenario.Cluster.Purges.Count >= 3, "the tombstone is purged everywhere");
        Leave(scenario, nodes[0], nodes[1]);
        scenario.Bring(nodes);
        scenario.Complete(nodes[2..]);
        scenario.Swallow(message => IsOfRounds(message) && (message.From == nodes[2] || message.To == nodes[2]));
        scenario.Finish(put);
        scenario.SwallowNothing();
        scenario.Do(nodes[4], Change.Identity);
        return scenario.Check();
    }

    /// <summary>A key is deleted, and its tombstone not yet purged, when the slot moves: who reads it must see that delete.</summary>
    public static string? DeletedBeforeTheMove(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[0], ClusterScenario.Put("x"));
        scenario.Do(nodes[0], Change.Delete());
        scenario.RunFor(Moment);
        Leave(scenario, nodes[0], nodes[1]);
        scenario.Bring(nodes);
        scenario.Complete(nodes[2..]);
        return ReadWithoutC(scenario, nodes);
    }

    /// <summary>The key is in the last of three pages of its slot.</summary>
    public static string? LastOfThreePages(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Finish(scenario.Begin(nodes[0], ClusterScenario.Put("1"), key: new Key("{k}1"u8.ToArray())));
        scenario.Finish(scenario.Begin(nodes[0], ClusterScenario.Put("2"), key: new Key("{k}2"u8.ToArray())));
        scenario.Do(nodes[0], ClusterScenario.Put("x"));
        scenario.RunFor(Moment);
        Leave(scenario, nodes[0], nodes[1]);
        scenario.Bring(nodes);
        scenario.Complete(nodes[2..]);
        return ReadWithoutC(scenario, nodes);
    }

    /// <summary>A slot goes from an owner to node 4 and comes back; meanwhile its value was deleted, and the tombstone purged.</summary>
    public static string? SlotComesBack(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, compareInterval: TimeSpan.FromMilliseconds(300), moves: true);
        TopologySnapshot joint = scenario.Cluster.Decided.Begin([scenario.Node(4)], []);
        Key key = Enumerable.Range(0, 1_000).Select(i => new Key(BitConverter.GetBytes(i))).First(key => joint.Groups.IsMoving(key.Slot));
        scenario.Finish(scenario.Begin(1, ClusterScenario.Put("x"), key: key));
        scenario.Bring(1, 2, 3, 4);
        scenario.Complete(1, 2, 3, 4);
        int lost = Enumerable.Range(1, 3).First(node => scenario.Cluster.Decided.Last.OwnersOf(key.Slot).PlaceOf(scenario.Node(node).Id) < 0);
        scenario.Finish(scenario.Begin(4, Change.Delete(), key: key));
        scenario.RunUntil(() => scenario.Cluster.Purges.Count >= 3, "the tombstone is purged everywhere");
        Leave(scenario, 4);
        scenario.Bring(1, 2, 3, 4);
        scenario.Complete(1, 2, 3);
        scenario.Node(Enumerable.Range(1, 3).First(node => node != lost)).Crash(withPower: false);
        scenario.RunFor(Moment);
        scenario.Finish(scenario.Begin(lost, Change.Identity, key: key));
        return scenario.Check();
    }

    /// <summary>
    /// An increment of node a reached its own replica only. Node d has promises for the next one, on what the others hold, when
    /// c and e take over: if they take what only a holds, a reader sees it, and after d's accept it was never there.
    /// </summary>
    public static string? UnchosenRecordOfAnOldOwner(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        (int a, int b, int d, int e) = (nodes[0], nodes[1], nodes[3], nodes[4]);
        scenario.Do(a, Change.Increment(1));
        scenario.RunFor(Moment);
        scenario.Swallow(message => message.From == a && message.Asks == PeerRequestKind.Accept);
        scenario.Finish(scenario.Begin(a, Change.Increment(1), TimeSpan.FromMilliseconds(300)));
        scenario.Hold(static message => message.Asks is PeerRequestKind.Inventory);
        Leave(scenario, a, b);
        scenario.Bring(nodes);

        scenario.Swallow(message => IsOfRounds(message) && (message.From == a || message.To == a));
        scenario.Hold(message => message.Asks is PeerRequestKind.Inventory || (message.From == d && message.Asks is PeerRequestKind.Accept));
        int accepts = scenario.Said($"node{d} > node{e}  Accept");
        ClientOperation second = scenario.Begin(d, Change.Increment(1), TimeSpan.FromSeconds(20));
        scenario.RunUntilSaid($"node{d} > node{e}  Accept", accepts + 1);
        scenario.Hold(message => message.From == d && message.Asks is PeerRequestKind.Accept);
        scenario.Release(static message => message.Asks is PeerRequestKind.Inventory);
        scenario.Swallow(message => IsOfRounds(message) && (message.From == b || message.To == b || message.From == d || message.To == d));
        scenario.RunFor(TimeSpan.FromSeconds(2));
        scenario.Do(e, Change.Identity);
        scenario.SwallowNothing();
        scenario.Release();
        scenario.Finish(second);
        return scenario.Check();
    }

    /// <summary>
    /// Node b writes down that it moves when an accept of a, which was not told, arrives; c misses it. If b takes it on, it is at
    /// the next epoch before the accept is on disk, shows c and d what it holds without it, and then tells a that it has it.
    /// </summary>
    public static string? AcceptWhileTheEpochIsMadeDurable(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        (int a, int b, int c) = (nodes[0], nodes[1], nodes[2]);
        scenario.Swallow(message => message.To == c && message.Asks == PeerRequestKind.Accept);
        scenario.Hold(message => message.To == b && message.Asks == PeerRequestKind.Accept);
        ClientOperation put = scenario.Begin(a, ClusterScenario.Put("x"));
        scenario.RunUntilSaid($"node{a} > node{b}  Accept", 1);
        scenario.RunUntilSaid($"node{b} > node{a}  Promised", 1);
        scenario.RunFor(TimeSpan.FromMilliseconds(20)); // so that its disk has nothing to do
        scenario.Cluster.SlowDisk = scenario.Node(b);
        scenario.Cluster.SlowDiskDelay = TimeSpan.FromMilliseconds(200);
        Leave(scenario, a, b);
        scenario.Tell(nodes[1..]);
        scenario.RunFor(TimeSpan.FromMilliseconds(5));
        scenario.Release();
        scenario.Bring(nodes[1..]);
        scenario.Cluster.SlowDisk = null; // from here on: what b has begun to write takes its time
        scenario.Complete(nodes[2..]);
        scenario.Finish(put);
        scenario.SwallowNothing();
        scenario.Do(nodes[3], Change.Identity);
        return scenario.Check();
    }

    /// <summary>
    /// Node d took a value over and then misses its delete, which a, b, c and e hold. If the tombstone goes from the three that own
    /// the slot now, c and d know of nothing but the value when e is away.
    /// </summary>
    public static string? DeletedWhileOwnersChange(ProtocolFlaw flaw)
    {
        using ClusterScenario scenario = new(flaw, members: 5, compareInterval: TimeSpan.FromMilliseconds(300), moves: true);
        int[] nodes = scenario.OwnersFirst();
        (int c, int d, int e) = (nodes[2], nodes[3], nodes[4]);
        scenario.Do(nodes[0], ClusterScenario.Put("x"));
        scenario.RunFor(Moment);
        Leave(scenario, nodes[0], nodes[1]);
        scenario.Swallow(static message => message.Asks is PeerRequestKind.Completeness);
        scenario.Bring(nodes);
        scenario.RunFor(TimeSpan.FromSeconds(2));
        scenario.Swallow(message => message.Asks is PeerRequestKind.Completeness || (message.To == d && IsOfRounds(message)));
        scenario.Do(nodes[0], Change.Delete());
        scenario.RunFor(TimeSpan.FromSeconds(5));
        scenario.Swallow(message => message.To == d && IsOfRounds(message));
        scenario.Complete(c, d, e);
        scenario.Swallow(message => IsOfRounds(message) && (message.From == e || message.To == e));
        scenario.Do(c, Change.Identity);
        return scenario.Check();
    }

    private static void Leave(ClusterScenario scenario, params int[] nodes) =>
        scenario.Cluster.Decided.Begin([], [.. nodes.Select(node => scenario.Node(node).Id)]);

    private static void PutMissedBy(ClusterScenario scenario, int coordinator, int missing)
    {
        scenario.Swallow(message => message.To == missing && message.Asks == PeerRequestKind.Accept);
        scenario.Do(coordinator, ClusterScenario.Put("x"));
        scenario.RunFor(Moment);
        scenario.SwallowNothing();
    }

    private static string? ReadWithoutC(ClusterScenario scenario, int[] nodes)
    {
        scenario.Swallow(message => message.To == nodes[2] && IsOfRounds(message));
        scenario.Do(nodes[3], Change.Identity);
        return scenario.Check();
    }

    private static bool IsOfRounds(ScenarioMessage message) => message.Asks is null or not (>= PeerRequestKind.Inventory and <= PeerRequestKind.SlotDigests)
        && message.Answers is null or not (PeerReplyKind.Page or (>= PeerReplyKind.Inventory and <= PeerReplyKind.SlotDigests));
}
