using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>A member with all that makes it one of a cluster: failure detection, elections, the door for newcomers.</summary>
internal sealed record MemberParts(Member Member, MemberGossip Gossip, MemberTopology Topology, MemberDoor Door)
{
    private IDisposable[] _meters = [];
    private int _started;

    /// <param name="self">With its cluster.</param>
    /// <param name="documents">All that were decided, in order; a store that was a member's says which is in force.</param>
    /// <param name="faults">What is done to the network on purpose; null where that is not allowed.</param>
    /// <param name="isNew">Whether the identity was drawn for this start.</param>
    public static MemberParts Make(
        NodeOptions options, Acquaintance self, IStore store, IReadOnlyList<TopologyDocument> documents, FaultSwitch? faults, bool isNew, Action<Exception> crash, ILogger logger)
    {
        Member member = new(
            new MemberSettings(options.Lanes, options.OperationsMax)
            {
                Durability = options.Durability,
                IsNewIdentity = isNew,
                Transfer = TransferSettings.Default with { BytesPerSecondMax = options.TransferBytesPerSecondMax },
            },
            store,
            new TopologySnapshot(MemberEpochs.InForce(store.Contents, documents[^1])),
            TimeProvider.System,
            new Random(),
            (peer, linkClass) => new GrpcPeer(peer.GrpcAddress, linkClass, faults),
            LaneThreads.Wake,
            crash,
            logger,
            documents);
        MemberGossip gossip = new(member, store.Contents.BootCount, options.Detector, TimeProvider.System, new Random(), logger) { Faults = faults };
        member.IsAlive = gossip.IsAlive;
        MemberTopology topology = new(member, store, documents, gossip, options.FailureHardDead, TimeProvider.System, new Random(), logger);
        MemberDoor door = new(
            member, gossip, topology, self, static (address, asker) => GrpcIntroductions.AskAsync(address, asker, CancellationToken.None), logger);

        // Where this node listens now it knows better than any document.
        topology.Learn(self.Self);
        return new MemberParts(member, gossip, topology, door)
        {
            _meters = [new MemberMetrics(member, gossip.Loop, TimeProvider.System), new LoadGauges(member)],
        };
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
