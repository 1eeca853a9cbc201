using System.Globalization;
using KvStore.Node;
using KvStore.Node.Convergence;
using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using Microsoft.Extensions.Logging.Abstractions;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// One machine of a simulated cluster: the product's <see cref="Member"/> on a simulated disk, clock and wire. The disk and
/// the clock outlive the processes that run on it.
/// </summary>
internal sealed class SimulatedMember
{
    private readonly SimulatedCluster _cluster;
    private readonly TopologyMember _self;
    private uint _incarnation;
    private (long Held, long Sole) _shortRounds;
    private UpkeepCounts _upkeep;
    private LoadCounts _load;
    private int _noted;
    private SimulatedStore? _store;
    private SimulatedWire? _wire;

    public SimulatedMember(SimulatedCluster cluster, int index, TopologyMember self)
    {
        _cluster = cluster;
        _self = self;
        Index = index;
        Disk = new SimulatedDisk(cluster.Topology.Document.Cluster, self.Id);
        Clock = new SimulatedClock(cluster.Scheduler);
    }

    public int Index { get; }

    public string Name => _self.Name;

    public MemberId Id => _self.Id;

    /// <summary>Whether nothing was ever written here.</summary>
    public bool IsFresh => Disk.WrittenLsn == 0 && Process is null;

    public SimulatedDisk Disk { get; }

    public SimulatedClock Clock { get; }

    /// <summary>The process that runs now; null while the machine has none.</summary>
    public SimulatedProcess? Process { get; private set; }

    /// <summary>The product's member in that process.</summary>
    public Member? Member { get; private set; }

    /// <summary>What its disk held after its first crash: an older copy for the damage that puts one back.</summary>
    public (long BootCount, IReadOnlyList<StoreEntry> Entries)? OldCopy { get; private set; }

    /// <summary>Rounds without a prepare, by all its processes.</summary>
    public long HeldRounds => _shortRounds.Held + (Member?.ShortRounds.Held ?? 0);

    /// <summary>Writes that it decided as a key's only owner, by all its processes.</summary>
    public long SoleRounds => _shortRounds.Sole + (Member?.ShortRounds.Sole ?? 0);

    /// <summary>By all its processes.</summary>
    public UpkeepCounts Upkeep => _upkeep + UpkeepCounts.Of(Member);

    /// <summary>By all its processes.</summary>
    public LoadCounts Load => _load + LoadCounts.Of(Member);

    /// <summary>As the shape says at first; a restart may bring another number, as it may where people configure it.</summary>
    private int LanesNow => _incarnation == 1 ? _cluster.Shape.Lanes : 1 + (int)((_cluster.Shape.Lanes + _incarnation) % ClusterShape.LanesMax);

    public bool IsServing => Process is { IsDead: false } && Member is { IsServing: true };

    /// <summary>Starts a process, unless the machine is none of the cluster's yet, or any more.</summary>
    public void Start()
    {
        Invariant.Holds(Process is null);
        if (_cluster.Decided.FirstOf(Id) is not { } first)
        {
            return;
        }

        _incarnation++;
        string name = string.Create(CultureInfo.InvariantCulture, $"{_self.Name}/{_incarnation}");
        SimulatedProcess process = _cluster.Scheduler.NewProcess(name);
        SeededRandom chance = _cluster.Streams.Of($"member {name}");
        _store = new SimulatedStore(
            Disk, done => process.PostAfter(_cluster.DiskDelay(this), () => Complete(done)), _cluster.Streams.Of($"disk {name}"), _cluster.Shape.DiskReadRate, _cluster.Plant.Within);
        TopologyDocument inForce = MemberEpochs.InForce(_store.Contents, first.Document);
        _wire = new SimulatedWire(
            _self.Id, _incarnation, _cluster.Send, process.PostAfter, (peer, linkClass) => Member!.Links.Accept(peer, linkClass));
        Member = new Member(
            new MemberSettings(LanesNow, OperationsMax: 1_000)
            {
                DetectsAmnesia = _cluster.Plant.Around == ClusterPlant.None,
                Upkeep = new UpkeepSettings(_cluster.Shape.CompareInterval, _cluster.Shape.CompareInterval, KeysPerSecondMax: 500),
                Transfer = TransferSettings.Default with
                {
                    PageCountMax = _cluster.Shape.TransferPageMax,
                    LookInterval = _cluster.Shape.TransferLook,
                    TurnTime = TimeSpan.Zero, // all at the same time and without a rest, which is the harder case
                    QuestionRest = TimeSpan.Zero,
                },
                Protocol = _cluster.Shape.Protocol with { Flaw = _cluster.Plant.Within },
            },
            _store,
            _cluster.Decided.At(inForce.Epoch),
            new SimulatedTime(process, Clock),
            chance,
            (peer, linkClass) => _wire.Dial(peer.Id, linkClass),
            lane => process.Post(lane.Run),
            crash => throw new InvalidOperationException($"{name} stopped itself", crash),
            NullLogger.Instance);
        Member.MoveCompleted += _cluster.Decided.Propose;
        NotePurges();
        Process = process;
        process.Run(() => Member.StartAsync(CancellationToken.None));
    }

    /// <summary>Runs what waited for the disk, and notes purges that are on it now, before anybody can see them.</summary>
    private void Complete(Action done)
    {
        done();
        NotePurges();
    }

    private void NotePurges()
    {
        _noted = Math.Min(_noted, (int)Disk.DurableLsn);
        foreach (StoreEntry entry in Disk.Durable.Skip(_noted))
        {
            _noted++;
            if (entry.Kind == StoreEntryKind.Purge)
            {
                StoreEntry purged = Disk.Durable.Last(other =>
                    other.Kind == StoreEntryKind.Record && other.Key.Equals(entry.Key) && other.Record.Ballot == entry.Purged);
                _cluster.Purges.Add(new ObservedPurge(_cluster.Scheduler.Now, entry.Key, purged.Record.State!.Version));
            }
        }
    }

    /// <param name="withPower">The machine dies and not only its process: what was not synced may be lost.</param>
    public void Crash(bool withPower)
    {
        if (Process is null)
        {
            return;
        }

        _shortRounds = (HeldRounds, SoleRounds);
        _upkeep += UpkeepCounts.Of(Member);
        _load += LoadCounts.Of(Member);
        Process.Kill();
        _wire!.Stop();
        if (withPower)
        {
            _store!.CutPower();
        }
        else
        {
            _store!.Kill();
        }

        Process = null;
        Member = null;
        OldCopy ??= Disk.Copy();
        Damage();
    }

    private void Damage()
    {
        switch (_cluster.Plant.Around)
        {
            case ClusterPlant.Amnesia:
                Disk.Wipe();
                break;
            case ClusterPlant.DurableTooEarly:
                Disk.LoseTail(5);
                break;
            default:
                break;
        }
    }

    /// <summary>The disk has room for a few more entries only.</summary>
    public void FillDisk(int headroomEntries) => Disk.Fill(headroomEntries);

    public void FreeDisk()
    {
        Disk.Free();
        Process?.Post(_store!.SpaceReturned);
    }

    public void Receive(SimulatedMember from, ReadOnlyMemory<byte> bytes)
    {
        if (Process is not null)
        {
            Process.Post(() => _wire!.Receive(from._self.Id, bytes));
        }
        else if (SimulatedWire.ResetFor(bytes) is { } reset)
        {
            _cluster.Send(_self.Id, from._self.Id, reset);
        }
    }
}
