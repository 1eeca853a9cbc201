using KvStore.Node.Migration;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>A member with all that makes it one of a cluster: failure detection, elections, the door for newcomers.</summary>
internal sealed record MemberParts(Member Member, MemberGossip Gossip, MemberTopology Topology, MemberDoor Door)
{
    private IReadOnlyList<IDisposable> _meters = [];
    private int _started;

    /// <param name="self">With its cluster.</param>
    /// <param name="documents">All that were decided, in order; a store that was a member's says which is in force.</param>
    /// <param name="isNew">Whether the identity was drawn for this start.</param>
    public static MemberParts Make(
        NodeOptions options, NodeGround ground, Acquaintance self, IStore store, IReadOnlyList<TopologyDocument> documents, bool isNew, ILogger logger)
    {
        Member member = new(
            new MemberSettings(options.Lanes, options.OperationsMax)
            {
                Durability = options.Durability,
                IsNewIdentity = isNew,
                Transfer = TransferSettings.Default with { BytesPerSecondMax = options.TransferBytesPerSecondMax },
            },
            store,
            ground.Snapshot(null, MemberEpochs.InForce(store.Contents, documents[^1])),
            ground.Time,
            ground.NewRandom(),
            ground.Dial,
            ground.Wake,
            ground.Crash,
            logger,
            documents);
        MemberGossip gossip = new(member, documents, store.Contents.BootCount, options.Detector, ground.NewGossipWire(), ground.Time, ground.NewRandom(), logger) { Faults = ground.Faults };
        member.IsAlive = gossip.IsAlive;
        MemberTopology topology = new(
            member, store, documents, gossip, options.FailureHardDead, ground.Snapshot, ground.Time, ground.NewRandom(), logger, ground.Plant == StartPlant.EvictedVotes ? ElectionPlant.EvictedVotes : ElectionPlant.None);
        MemberDoor door = new(
            member, gossip, topology, self, (address, asker) => ground.Ask(address, asker, CancellationToken.None), logger);

        // Where this node listens now it knows better than any document.
        topology.Learn(self.Self);
        MemberParts parts = new(member, gossip, topology, door);
        parts._meters = ground.Measure(parts);
        return parts;
    }

    /// <summary>Begins to say that it is there; whoever does must be able to answer. Once, however often it is called.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            Gossip.Start();
            Topology.Start();
        }
    }

    public async Task StopAsync()
    {
        foreach (IDisposable meter in _meters)
        {
            meter.Dispose();
        }

        Topology.Dispose();
        Gossip.Dispose();
        await Member.DisposeAsync();
    }
}
