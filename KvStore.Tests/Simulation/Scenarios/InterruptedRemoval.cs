using System.Globalization;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>
/// Node 4 joins and takes slots from node 1, which then removes what it holds of them; the power of node 1 is cut somewhere in
/// that. The same run every time, so that each change of its disk can be the last one.
/// </summary>
/// <remarks>
/// Of the keys that move one is written again, one deleted before the change is over and one after it, each out of node 1's
/// hearing; the tombstones are purged when node 1 begins. What it still holds is therefore wrong for all three.
/// </remarks>
internal sealed class InterruptedRemoval : IDisposable
{
    private const int KeysEach = 5;
    private const int Joiner = 4;
    private const int Loser = 1;

    private readonly ClusterScenario _scenario;
    private readonly Key[] _moved;
    private readonly Key[] _kept;
    private readonly Dictionary<Key, RegisterRecord> _before;

    public InterruptedRemoval(ProtocolFlaw flaw = ProtocolFlaw.None)
    {
        _scenario = new ClusterScenario(flaw, compareInterval: TimeSpan.FromMilliseconds(300), moves: true);
        TopologySnapshot joint = _scenario.Cluster.Decided.Begin([_scenario.Node(Joiner)], []);
        Key[] keys = [.. Enumerable.Range(0, 1_000).Select(i => new Key(BitConverter.GetBytes(i)))];
        _moved = [.. keys.Where(key => !IsNextOwner(joint, key)).Take(KeysEach)];
        _kept = [.. keys.Where(key => IsNextOwner(joint, key)).Take(KeysEach)];
        foreach (Key key in _moved.Concat(_kept))
        {
            Do(2, ClusterScenario.Put("first"), key);
        }

        _scenario.Bring(1, 2, 3, 4);
        Do(2, Change.Delete(), _moved[1]);
        _scenario.RunFor(TimeSpan.FromSeconds(1));
        _scenario.Complete(2, 3, 4);
        Do(Joiner, ClusterScenario.Put("second"), _moved[0]);
        Do(Joiner, Change.Delete(), _moved[2]);
        _scenario.RunUntil(() => _scenario.Cluster.Purges.Count >= 6, "two tombstones are purged by the three that own them");
        _before = ClusterConvergence.Contents(Node.Disk);
        _scenario.Cluster.SlowDisk = Node;
        _scenario.Cluster.SlowDiskDelay = TimeSpan.FromMilliseconds(5);
        _scenario.Bring(Loser);
    }

    /// <summary>Of node 1's disk.</summary>
    public long Written => Node.Disk.WrittenLsn;

    public long Durable => Node.Disk.DurableLsn;

    /// <summary>Keys that moved away and are on node 1's disk, of five.</summary>
    public int Left => _moved.Count(ClusterConvergence.Contents(Node.Disk).ContainsKey);

    public bool IsOver => Durable == Written && Left == 0;

    private SimulatedMember Node => _scenario.Node(Loser);

    /// <summary>Where the power can be cut: after so many changes of the disk, and with so many entries of its log kept.</summary>
    public static IReadOnlyList<(int Step, long Kept)> Points()
    {
        using InterruptedRemoval run = new();
        return [.. run.PointsToCome()];
    }

    /// <summary>As <see cref="Points"/>, from here on.</summary>
    public IEnumerable<(int Step, long Kept)> PointsToCome()
    {
        for (int step = 0; ; step++)
        {
            for (long kept = Durable; kept <= Written; kept++)
            {
                yield return (step, kept);
            }

            if (IsOver)
            {
                yield break;
            }

            GoOn(1);
        }
    }

    /// <summary>Until so many changes of node 1's disk are made.</summary>
    public void GoOn(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            (long written, long durable) = (Written, Durable);
            _scenario.RunUntil(() => (Written, Durable) != (written, durable), "node 1 writes to its disk");
        }
    }

    /// <summary>The power fails: of the log only so many entries are left.</summary>
    public void Cut(long kept)
    {
        Node.Crash(withPower: false);
        Node.Disk.LoseTail((int)(Written - kept));
    }

    public void StartAgain()
    {
        Node.Start();
        _scenario.RunUntil(() => Node.IsServing, "node 1 serves again");
    }

    /// <returns>A register that node 1 still owns and holds no more, or one that it holds in part; null if there is none.</returns>
    public string? Loss()
    {
        Dictionary<Key, RegisterRecord> contents = ClusterConvergence.Contents(Node.Disk);
        return _kept.Where(key => !IsAsBefore(key)).Select(key => $"{key}, which node 1 owns, is {contents.GetValueOrDefault(key)} there.")
            .Concat(_moved.Where(key => contents.ContainsKey(key) && !IsAsBefore(key)).Select(key => $"{key} is neither gone nor what it was."))
            .FirstOrDefault();

        bool IsAsBefore(Key key) =>
            ClusterConvergence.Encoded(contents.GetValueOrDefault(key)).SequenceEqual(ClusterConvergence.Encoded(_before.GetValueOrDefault(key)));
    }

    /// <summary>Node 1 goes on with what it was doing.</summary>
    /// <returns>What is wrong then; null if nothing is.</returns>
    public string? Resume()
    {
        StartAgain();
        _scenario.RunUntil(() => IsOver, "node 1 has removed what moved away");
        _scenario.RunFor(TimeSpan.FromMilliseconds(50));
        long keys = Node.Member!.Report().Store.Keys;
        return Loss() ?? (keys == KeysEach ? null : string.Create(CultureInfo.InvariantCulture, $"node 1 counts {keys} keys.")) ?? Verdict();
    }

    /// <summary>Node 4 leaves, so that node 1 gets back what it has not removed yet, or has.</summary>
    /// <returns>What is wrong then; null if nothing is.</returns>
    public string? TakeBack()
    {
        _scenario.Cluster.Decided.Begin([], [_scenario.Node(Joiner).Id]);
        if (Node.Process is null)
        {
            StartAgain();
        }

        _scenario.Bring(1, 2, 3, 4);
        _scenario.Complete(1, 2, 3);
        _scenario.Node(3).Crash(withPower: false); // so that every majority has node 1
        _scenario.RunFor(TimeSpan.FromMilliseconds(50));
        foreach (Key key in _moved)
        {
            Do(Loser, Change.Identity, key);
        }

        _scenario.Node(3).Start();
        _scenario.RunUntil(() => _scenario.Node(3).IsServing, "node 3 serves again");
        return Verdict();
    }

    public void Dispose() => _scenario.Dispose();

    /// <summary>Every key is read through two members, before and after they compared themselves, and all replicas must come to hold the same.</summary>
    private string? Verdict()
    {
        ReadAll();
        _scenario.RunFor(TimeSpan.FromSeconds(2));
        ReadAll();
        SimulatedMember[] members = [.. _scenario.Cluster.Members.Where(member => _scenario.Cluster.Decided.Last.Find(member.Id) is not null)];
        return _scenario.Check() ?? new ClusterConvergence(_scenario.Cluster, _moved.Concat(_kept), members).Difference();
    }

    private void ReadAll()
    {
        foreach (Key key in _moved.Concat(_kept))
        {
            Do(Loser, Change.Identity, key);
            Do(3, Change.Identity, key);
        }
    }

    private bool IsNextOwner(TopologySnapshot joint, Key key)
    {
        SlotOwners owners = joint.OwnersOf(key.Slot);
        return owners.IsNext(owners.PlaceOf(Node.Id));
    }

    private void Do(int node, Change change, Key key) => _scenario.Finish(_scenario.Begin(node, change, key: key));
}
