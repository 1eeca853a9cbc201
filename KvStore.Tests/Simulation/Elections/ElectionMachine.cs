using System.Globalization;
using KvStore.Node.Gossip;
using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.Elections;

/// <summary>
/// One machine of an <see cref="ElectionBed"/>: the product's loops of gossip and of elections in a simulated process, on a
/// simulated disk and clock that outlive it.
/// </summary>
internal sealed class ElectionMachine
{
    private const byte GossipTag = 0;
    private const byte ElectionTag = 1;

    private readonly ElectionBed _bed;
    private int _boot;
    private SimulatedStore? _store;
    private GossipLoop? _gossip;
    private bool _isMute;

    public ElectionMachine(ElectionBed bed, TopologyMember self, int index)
    {
        _bed = bed;
        Self = self;
        Index = index;
        Disk = new SimulatedDisk(ElectionBed.Cluster, self.Id);
        Clock = new SimulatedClock(bed.Scheduler);
    }

    public TopologyMember Self { get; }

    public int Index { get; }

    public SimulatedDisk Disk { get; }

    public SimulatedClock Clock { get; }

    /// <summary>Null while the machine has none.</summary>
    public SimulatedProcess? Process { get; private set; }

    public ElectionLoop? Election { get; private set; }

    /// <summary>The documents its disk holds.</summary>
    public IEnumerable<TopologyDocument> Durable => Disk.Durable
        .Where(entry => entry.Kind == StoreEntryKind.Fact && entry.Fact.Kind == FactKind.Topology)
        .Select(entry => Read(entry.Fact.Payload));

    public void Start()
    {
        _isMute = false;
        string name = string.Create(CultureInfo.InvariantCulture, $"n{Index}/{++_boot}");
        SimulatedProcess process = _bed.Scheduler.NewProcess(name);
        SimulatedTime time = new(process, Clock);
        SimulatedStore store = new(Disk, done => process.PostAfter(_bed.DiskDelay(), done), _bed.Streams.Of($"disk {name}"), diskReadRate: 0);
        SeededRandom chance = _bed.Streams.Of($"member {name}");
        EpochPaxos paxos = ElectionLoop.Recover(
            Self.Id, store.Contents, [_bed.First], LaneBound.Recover(store.Contents), new Random(chance.Next()), _bed.Plant);
        ElectionLoop election = new(Self.Id, store, paxos, time, SendElection, OnDecided, _bed.OnRefused);
        GossipLoop gossip = new(
            new FailureDetector(Self.Id, LivenessClaim.IncarnationOfBoot(store.Contents.BootCount), _bed.Settings, new Random(chance.Next()), TimeSpan.Zero),
            ElectionBed.Cluster,
            () => election.InForce.Epoch,
            _bed.Settings,
            time,
            (to, bytes) => Send(to, GossipTag, bytes),
            election.HearEpoch,
            static _ => { });
        _bed.Network.Attach(Index, process, (_, frame) => Receive(gossip, election, frame));
        (Process, Election, _store, _gossip) = (process, election, store, gossip);
        process.Post(() =>
        {
            store.Start(new StoreEvents(election.OnDurable, static _ => { }, static (_, _, _) => { }));
            if (!store.Contents.OfKind(FactKind.Topology).Any())
            {
                store.Append([StoreEntry.Of(new Fact(FactKind.Topology, _bed.First.Epoch.Number, TopologyCodec.Encode(_bed.First)))]);
            }

            gossip.SetMembers(election.InForce.Members.Select(member => member.Id));
            gossip.Start();
            election.Start();
        });
    }

    /// <param name="withPower">What was not synced may be lost.</param>
    public void Crash(bool withPower)
    {
        if (Process is null)
        {
            return;
        }

        Process.Kill();
        if (withPower)
        {
            _store!.CutPower();
        }
        else
        {
            _store!.Kill();
        }

        (Process, Election, _gossip) = (null, null, null);
    }

    private void OnDecided(TopologyDocument document)
    {
        _bed.OnDecided(this, document);
        _gossip!.SetMembers(document.Members.Select(member => member.Id));
    }

    private void SendElection(MemberId to, byte[] bytes)
    {
        Assert.True(ElectionCodec.TryDecode(bytes, out _, out ElectionMessage? message, out string? problem), problem);
        _isMute |= _bed.Leaving?.Invoke(this, message!) == false;
        if (!_isMute)
        {
            Send(to, ElectionTag, bytes);
        }
    }

    private void Send(MemberId to, byte tag, byte[] bytes) => _bed.Network.Send(Index, _bed.IndexOf(to), (byte[])[tag, .. bytes]);

    private static void Receive(GossipLoop gossip, ElectionLoop election, ReadOnlyMemory<byte> frame)
    {
        if (frame.Span[0] == GossipTag)
        {
            gossip.Receive(frame[1..]);
        }
        else
        {
            election.Receive(frame[1..]);
        }
    }

    private static TopologyDocument Read(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(TopologyCodec.TryDecode(bytes, out TopologyDocument? document, out string? problem), problem);
        return document!;
    }
}
