using System.Globalization;
using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Simulation.Cluster;

namespace KvStore.Tests.Simulation.Scenarios;

/// <summary>
/// A simulated cluster with a director: one key, a calm network, no chance but the seed's, and messages that are held back or
/// swallowed on demand. What the members said to each other about the key is written down.
/// </summary>
internal sealed class ClusterScenario : IDisposable
{
    public static readonly Key Key = new("k"u8.ToArray());

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly SimulatedTime _time;
    private readonly HashSet<(int Asker, ulong Id)> _asked = [];
    private readonly Dictionary<Ballot, string> _names = [];
    private readonly List<string> _transcript = [];
    private readonly List<ClientOperation> _history = [];
    private readonly List<(int From, int To, byte[] Packet, IReadOnlyList<ScenarioMessage> Messages)> _held = [];
    private Func<ScenarioMessage, bool> _holds = static _ => false;
    private Func<ScenarioMessage, bool> _swallows = static _ => false;

    /// <param name="flaw">A mistake made on purpose.</param>
    /// <param name="moves">Whether there are machines that may join.</param>
    /// <param name="compareInterval">How often members compare themselves and look for tombstones; never if not given.</param>
    /// <param name="preparesAtBest">Whether prepares go to the best-ranked majority; without it to all, so that a director has them all in hand.</param>
    public ClusterScenario(
        ProtocolFlaw flaw = ProtocolFlaw.None,
        int members = 3,
        bool handsOver = false,
        int nextAheadMilliseconds = 0,
        TimeSpan? compareInterval = null,
        bool moves = false,
        bool preparesAtBest = false)
    {
        ClusterShape shape = ClusterShape.Draw(new SeededRandom(1)) with
        {
            Members = members,
            Lanes = 1,
            DiskReadRate = 0,
            CompareInterval = compareInterval ?? TimeSpan.FromDays(1),
            Moves = moves,
            TransferPageMax = 1,
            TransferLook = TimeSpan.FromMilliseconds(moves ? 20 : 200),
            Protocol = new ProtocolSettings { Flaw = flaw, HandsOver = handsOver, NextAheadMilliseconds = nextAheadMilliseconds, PreparesAtBest = preparesAtBest },
        };
        Cluster = new SimulatedCluster(new RandomStreams(1), shape) { Plant = flaw, Admits = Admits };
        Cluster.Network.Conditions = NetworkConditions.Calm with { DoublingsMax = 0, Reorders = false };
        _time = new SimulatedTime(Cluster.Scheduler.World, new SimulatedClock(Cluster.Scheduler));
        foreach (SimulatedMember member in Cluster.Members.Take(members))
        {
            member.Start();
        }

        RunUntil(() => Cluster.Members.Take(members).All(IsReady), "everybody serves and is connected");
    }

    public SimulatedCluster Cluster { get; }

    public string Transcript => string.Join('\n', _transcript);

    /// <summary>The node of that number, from 1.</summary>
    public SimulatedMember Node(int number) => Cluster.Members[number - 1];

    /// <summary>From now on messages of this kind wait for <see cref="Release"/>.</summary>
    public void Hold(Func<ScenarioMessage, bool> which) => _holds = which;

    /// <summary>From now on messages of this kind are lost.</summary>
    public void Swallow(Func<ScenarioMessage, bool> which) => _swallows = which;

    public void SwallowNothing() => _swallows = static _ => false;

    public void Release()
    {
        _holds = static _ => false;
        Release(static _ => true);
    }

    /// <summary>Lets go of what was held and is of this kind; the rest, and what follows, stays held.</summary>
    public void Release(Func<ScenarioMessage, bool> which)
    {
        foreach ((int from, int to, byte[] packet, _) in _held.Where(held => held.Messages.Any(which)))
        {
            Cluster.Network.Send(from, to, packet);
        }

        _held.RemoveAll(held => held.Messages.Any(which));
    }

    /// <summary>Sends an operation to a node and does not wait for the answer.</summary>
    public ClientOperation Begin(int node, Change change, TimeSpan? timeout = null, Key? key = null)
    {
        ClientOperation operation = new(_history.Count, Node(node).Name, key ?? Key, change, Consistency.Quorum, Cluster.Scheduler.Now);
        _history.Add(operation);
        Cluster.Scheduler.World.Run(async () =>
        {
            OperationResult result = await Node(node).Member!.Coordinator.ExecuteAsync(
                operation.Key, change, operation.Level, timeout ?? Timeout, CancellationToken.None);
            operation.Finish(Cluster.Scheduler.Now, result);
        });
        RunFor(TimeSpan.FromTicks(1)); // so that it starts now
        return operation;
    }

    public ClientOperation Finish(ClientOperation operation)
    {
        RunUntil(() => operation.Result is not null, operation.Describe());
        return operation;
    }

    public ClientOperation Do(int node, Change change) => Finish(Begin(node, change));

    /// <summary>The process of the node ends and a new one starts, which everybody is connected to again.</summary>
    public void StartAgain(int node)
    {
        Node(node).Crash(withPower: false);
        Node(node).Start();
        RunUntil(() => Cluster.Members.All(IsReady), "everybody serves and is connected again");
        RunFor(TimeSpan.FromSeconds(1));
    }

    /// <summary>Puts the next epoch in force at the nodes named, as a topology change would once its document is decided.</summary>
    /// <param name="change">Makes it of the cluster's first document.</param>
    public void Publish(Func<TopologyDocument, TopologyDocument> change, params int[] nodes)
    {
        TopologyDocument first = Cluster.Topology.Document;
        TopologySnapshot next = new(change(first) with { Epoch = new Epoch(first.Epoch.Number + 1) });
        foreach (int node in nodes)
        {
            Node(node).Member!.Topologies.Publish(next);
        }
    }

    /// <summary>Tells these nodes of everything that was decided.</summary>
    public void Tell(params int[] nodes)
    {
        foreach (int node in nodes)
        {
            Cluster.Decided.Tell(Node(node));
        }
    }

    /// <summary>Tells these nodes, and waits until they are at the last epoch.</summary>
    public void Bring(params int[] nodes)
    {
        Tell(nodes);
        Epoch last = Cluster.Decided.Last.Epoch;
        RunUntil(() => nodes.All(node => Node(node).Member?.Topologies.Current.Epoch == last), $"everybody is at epoch {last}");
    }

    /// <summary>Waits until a change is complete, and brings these nodes to the epoch that it ends with.</summary>
    public void Complete(params int[] nodes)
    {
        RunUntil(() => Cluster.Decided.Last.Document.Next is null, "the change is complete");
        Bring(nodes);
    }

    /// <summary>The numbers of the key's owners in the first epoch, the first owner first, and then the others.</summary>
    public int[] OwnersFirst()
    {
        SlotOwners owners = Cluster.Topology.OwnersOf(Key.Slot);
        List<TopologyMember> members = [.. Cluster.Topology.Document.Members];
        return [.. members.Select((member, i) => (Place: owners.PlaceOf(member.Id), Number: i + 1)).OrderBy(node => node.Place < 0 ? int.MaxValue : node.Place).Select(node => node.Number)];
    }

    public void RunFor(TimeSpan time) => Cluster.Scheduler.RunFor(time);

    public void RunUntil(Func<bool> condition, string what)
    {
        if (!Cluster.Scheduler.RunUntil(condition, Cluster.Scheduler.Now + TimeSpan.FromMinutes(1)))
        {
            throw new InvalidOperationException($"In vain, for a minute of virtual time: {what}");
        }
    }

    /// <summary>How often messages of the kind were sent.</summary>
    public int Said(string text) => _transcript.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until so many messages of the kind were sent.</summary>
    public void RunUntilSaid(string text, int times) => RunUntil(
        () => _transcript.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times,
        string.Create(CultureInfo.InvariantCulture, $"'{text}' said {times} times; said was\n{Transcript}"));

    /// <returns>What the oracles find, in words; null if nothing is wrong.</returns>
    public string? Check() => ClusterOracles.Check(ClusterHistory.Check(_history, Cluster.Purges), Cluster);

    public void Dispose() => Cluster.Scheduler.Dispose();

    public static Change Put(string value) => Change.Put(Encoding.ASCII.GetBytes(value));

    private bool IsReady(SimulatedMember member) =>
        member.IsServing && Cluster.Topology.Document.Members.All(other => other.Id == member.Member!.Id || member.Member.Links.IsConnected(other.Id));

    private bool Admits(int from, int to, byte[] packet)
    {
        IReadOnlyList<ScenarioMessage> messages = ScenarioMessage.Read(from + 1, to + 1, packet, Key, _asked);
        foreach (ScenarioMessage message in messages)
        {
            string fate = _swallows(message) ? "  (lost)" : _holds(message) ? "  (late)" : "";
            _transcript.Add(message.Describe(NameOf) + fate);
        }

        if (messages.Any(_swallows))
        {
            return false;
        }

        if (messages.Any(_holds))
        {
            _held.Add((from, to, packet, messages));
            return false;
        }

        return true;
    }

    /// <summary>b1, b2, … in the order of their first appearance.</summary>
    private string NameOf(Ballot ballot)
    {
        if (!_names.TryGetValue(ballot, out string? name))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"b{_names.Count + 1}");
            _names.Add(ballot, name);
        }

        return name;
    }
}
