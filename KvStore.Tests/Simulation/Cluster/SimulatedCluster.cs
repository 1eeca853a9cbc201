using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// A cluster in one thread and one seed: the product's members, lanes, links and codecs unchanged, above a simulated disk,
/// network and clock.
/// </summary>
internal sealed class SimulatedCluster
{
    private readonly Dictionary<MemberId, int> _indices = [];
    private readonly SeededRandom _diskDelays;

    public SimulatedCluster(RandomStreams streams, ClusterShape shape)
    {
        Streams = streams;
        Shape = shape;
        Scheduler = new SimulatedScheduler(streams.Schedule);
        Network = new SimulatedNetwork(Scheduler, streams.Network, shape.Machines);
        Decided = new ClusterTopologies(this);
        _diskDelays = streams.Disk;
        Members = [.. Enumerable.Range(0, shape.Machines).Select(index => new SimulatedMember(this, index, Owners.Member(index + 1)))];
        foreach (SimulatedMember member in Members)
        {
            _indices.Add(member.Id, member.Index);
            Network.Attach(member.Index, Scheduler.World, (from, frame) => member.Receive(Members[from], frame));
        }
    }

    public RandomStreams Streams { get; }

    public ClusterShape Shape { get; }

    public SimulatedScheduler Scheduler { get; }

    public SimulatedNetwork Network { get; }

    /// <summary>The topologies that were decided so far.</summary>
    public ClusterTopologies Decided { get; }

    /// <summary>Of the first epoch.</summary>
    public TopologySnapshot Topology => Decided.First;

    /// <summary>Every machine, members of the cluster or not.</summary>
    public IReadOnlyList<SimulatedMember> Members { get; }

    /// <summary>Machines that something can happen to: all, or those that are members or run, where most of many wait for their turn or are done with.</summary>
    public IReadOnlyList<SimulatedMember> Present => Shape.Changes == 0 ? Members
        : [.. Members.Where(member => member.Process is not null || Decided.Last.Find(member.Id) is not null)];

    public PlantedMistake Plant { get; init; }

    /// <summary>Purges by any replica, in the order of time.</summary>
    public List<ObservedPurge> Purges { get; } = [];

    /// <summary>
    /// The member whose disk was damaged, or null. It is one a run at most: two could be the majority of a key's replicas.
    /// </summary>
    public SimulatedMember? Damaged { get; set; }

    /// <summary>The machine whose disk is slow now, or null.</summary>
    public SimulatedMember? SlowDisk { get; set; }

    /// <summary>Of each of its commits, where a director wants it so.</summary>
    public TimeSpan? SlowDiskDelay { get; set; }

    /// <summary>Of a directed run: told every packet (from, to, bytes) before the network; false takes it out of the network's hands.</summary>
    public Func<int, int, byte[], bool>? Admits { get; set; }

    public void Send(MemberId from, MemberId to, byte[] packet)
    {
        if (Admits?.Invoke(_indices[from], _indices[to], packet) != false)
        {
            Network.Send(_indices[from], _indices[to], packet);
        }
    }

    public TimeSpan DiskDelay(SimulatedMember member)
    {
        TimeSpan delay = TimeSpan.FromMicroseconds(_diskDelays.Next(100, _diskDelays.Next(10) == 0 ? 10_000 : 600));
        return member == SlowDisk ? SlowDiskDelay ?? delay * 50 : delay;
    }
}
