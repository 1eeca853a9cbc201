using KvStore.Node.Membership;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Membership;

/// <summary>Failure detection alone, of any number of members, on the simulated network and in virtual time.</summary>
internal sealed class GossipBed : IDisposable
{
    public static readonly ClusterId Cluster = ClusterId.FromName("gossip");

    private readonly Dictionary<MemberId, int> _indices = [];

    public GossipBed(ulong seed, int members, DetectorPlant plant = DetectorPlant.None)
    {
        Streams = new RandomStreams(seed);
        Scheduler = new SimulatedScheduler(Streams.Schedule);
        Network = new SimulatedNetwork(Scheduler, Streams.Network, members);
        Plant = plant;
        Machines = [.. Enumerable.Range(0, members).Select(index => new GossipMachine(this, index))];
        foreach ((int index, GossipMachine machine) in Machines.Index())
        {
            _indices.Add(machine.Id, index);
        }

        foreach (GossipMachine machine in Machines)
        {
            machine.Start();
        }
    }

    public RandomStreams Streams { get; }

    public SimulatedScheduler Scheduler { get; }

    public SimulatedNetwork Network { get; }

    public DetectorPlant Plant { get; }

    public DetectorSettings Settings { get; } = new();

    public IReadOnlyList<GossipMachine> Machines { get; }

    /// <summary>What every machine came to believe, and when.</summary>
    public List<(TimeSpan At, int Observer, LivenessChange Change)> Changes { get; } = [];

    /// <summary>
    /// By when a crash is known to everyone: somebody's probe of it, which a full round and the rest of one may precede; that
    /// probe's interval; the longest suspicion, twice where two members are all and the other may itself be the slow one; and
    /// the gossip intervals in which a claim is sent.
    /// </summary>
    public TimeSpan NoticedWithin => (Settings.ProbeInterval * ((2 * (Machines.Count - 1)) + 1))
        + (Settings.SuspicionMost(Machines.Count) * (Machines.Count == 2 ? 2 : 1))
        + (Settings.GossipInterval * Settings.SendsMax(Machines.Count) / Settings.GossipFanout);

    public int IndexOf(MemberId member) => _indices[member];

    public void OnChanged(int observer, LivenessChange change)
    {
        Changes.Add((Scheduler.Now, observer, change));
        Scheduler.Record($"{observer} sees {IndexOf(change.Member)} {change.After}@{change.Incarnation} by {IndexOf(change.By)}");
    }

    public void RunFor(TimeSpan time) => Scheduler.RunFor(time);

    /// <returns>Whether everyone that runs came to see everyone that runs alive, and all others dead.</returns>
    public bool Agrees(TimeSpan within) => Scheduler.RunUntil(
        () => Machines.Where(machine => machine.IsRunning).All(observer => Machines.Where(other => other != observer).All(
            other => observer.Sees(other) == (other.IsRunning ? Liveness.Alive : Liveness.Dead))),
        Scheduler.Now + within);

    public string Describe() => string.Join('\n', Changes.Select(entry =>
        $"{entry.At.TotalSeconds:0.000} {entry.Observer} sees {IndexOf(entry.Change.Member)} {entry.Change.Before}->{entry.Change.After}@{entry.Change.Incarnation} by {IndexOf(entry.Change.By)}"));

    public void Dispose() => Scheduler.Dispose();
}
