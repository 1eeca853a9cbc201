using System.Globalization;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.Hosting;
using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>
/// One machine of a <see cref="StartBed"/>: begins empty, and runs the product's <see cref="NodeLife"/> as a process does, on
/// a disk and clock that outlive it.
/// </summary>
internal sealed class StartMachine
{
    private readonly StartBed _bed;
    private readonly NodeOptions _options;
    private uint _boot;
    private int _identities;
    private SimulatedStore? _store;
    private StartWire? _wire;

    public StartMachine(StartBed bed, int index, NodeOptions options, int home)
    {
        _bed = bed;
        _options = options;
        Index = index;
        Home = home;
        Seeds = options.Seeds;
        Clock = new SimulatedClock(bed.Scheduler);
    }

    public int Index { get; }

    public string Name => _options.Name;

    /// <summary>Which list of seeds it began with: machines of one home are to be one cluster.</summary>
    public int Home { get; }

    /// <summary>From its next start on.</summary>
    public IReadOnlyList<SeedOptions> Seeds { get; set; }

    /// <summary>That its process listens on.</summary>
    public int Port { get; private set; } = StartBed.FirstPort;

    public string Address => StartBed.AddressOf(Index, Port);

    /// <summary>Null while nothing was ever written.</summary>
    public SimulatedDisk? Disk { get; private set; }

    public SimulatedClock Clock { get; }

    /// <summary>Null while the machine has none.</summary>
    public SimulatedProcess? Process { get; private set; }

    public NodeLife? Life => _wire?.Life;

    /// <summary>Null while it is in no cluster.</summary>
    public MemberParts? Parts => Process is null ? null : Life?.Parts;

    /// <summary>Whether it runs, so that it refuses what its process does not take.</summary>
    public bool IsPowered { get; private set; } = true;

    /// <summary>When it last was down, paused or cut off.</summary>
    public TimeSpan TroubledAt { get; set; }

    /// <summary>Its disk takes this many times as long.</summary>
    public int DiskSlowness { get; set; } = 1;

    /// <summary>Told when a store is made on an empty disk.</summary>
    public Action<StartMachine>? Founded { get; set; }

    public bool IsRemoved => Parts is { Member.State: "removed" };

    /// <summary>For how long nothing has been wrong with it.</summary>
    public TimeSpan WellFor => Process is { IsPaused: false } && !_bed.IsCut ? _bed.Scheduler.Now - TroubledAt : TimeSpan.Zero;

    /// <param name="port">To listen on from now on; null: as before.</param>
    public void Start(int? port = null)
    {
        Invariant.Holds(Process is null);
        _identities = _bed.Plant == StartPlant.IdentityKept ? 0 : _identities;
        (IsPowered, Port, TroubledAt) = (true, port ?? Port, _bed.Scheduler.Now);
        string name = string.Create(CultureInfo.InvariantCulture, $"{Name}/{++_boot}");
        SimulatedProcess process = _bed.Scheduler.NewProcess(name);
        StartWire wire = new(_bed, this, process, _boot);
        NodeOptions options = _options with { Seeds = Seeds };
        StartLog log = new(_bed.Scheduler, name, _bed.Warnings);
        NodeGround ground = GroundOf(process, wire, _bed.Streams.Of($"node {name}"), name);
        (Process, _wire) = (process, wire);
        process.Run(async () =>
        {
            NodeLife life = new(options, ground, Address.Replace(":9", ":8", StringComparison.Ordinal), Address, "", KeptMember.Open(ground.Disk, options), log, CancellationToken.None);
            wire.Life = life;
            await life.StartAsync(CancellationToken.None);
            wire.IsListening = true;
            life.Listens();
        });
    }

    /// <param name="withPower">The machine dies and not only its process: what was not synced may be lost.</param>
    public void Crash(bool withPower)
    {
        if (Process is null)
        {
            return;
        }

        Process.Kill();
        _wire!.Stop();
        IsPowered = !withPower;
        if (withPower)
        {
            _store?.CutPower();
        }
        else
        {
            _store?.Kill();
        }

        _bed.Oracles.Observe();
        (Process, _store, _wire) = (null, null, null);
    }

    /// <summary>As SIGTERM does.</summary>
    public void Stop()
    {
        if (Process is { } process)
        {
            process.Run(async () =>
            {
                if (Parts is { } parts)
                {
                    await parts.StopAsync();
                }

                _bed.Scheduler.World.Post(() =>
                {
                    if (process == Process)
                    {
                        Crash(withPower: false);
                    }
                });
            });
        }
    }

    /// <summary>Whether its disk holds documents, and the last of them is without it.</summary>
    public bool KnowsItIsRemoved
    {
        get
        {
            TopologyDocument? last = Disk?.Durable.Where(entry => entry.Kind == StoreEntryKind.Fact && entry.Fact.Kind == FactKind.Topology)
                .Select(entry => TopologyCodec.TryDecode(entry.Fact.Payload, out TopologyDocument? document, out _) ? document : null)
                .MaxBy(document => document!.Epoch.Number);
            return last is not null && last.Find(Disk!.Member) is null;
        }
    }

    /// <summary>All that its disk held is lost. Only while it has no process.</summary>
    public void Wipe()
    {
        Invariant.Holds(Process is null);
        _bed.Oracles.Observe();
        Disk = null;
    }

    public void Receive(StartMachine from, ReadOnlyMemory<byte> bytes)
    {
        StartFrame frame = StartFrame.Read(bytes);
        string address = StartBed.AddressOf(from.Index, frame.FromPort);
        if (Process is not null && frame.ToPort == Port)
        {
            Process.Post(() => _wire!.Receive(address, frame));
        }
        else if (IsPowered && Refusal(frame) is { } refusal)
        {
            _bed.Send(this, address, refusal);
        }
    }

    /// <summary>As a system answers that runs and has nobody who listens.</summary>
    private static StartFrame? Refusal(in StartFrame frame)
    {
        if (frame.Kind == StartFrameKind.Ask)
        {
            return frame with { Kind = StartFrameKind.Refused, FromPort = frame.ToPort, Payload = default };
        }

        return frame.Kind == StartFrameKind.Link && SimulatedWire.ResetFor(frame.Payload[(2 * MemberId.Size)..]) is { } reset
            ? frame with
            {
                FromPort = frame.ToPort,
                Payload = StartWire.Packed(MemberId.ReadFrom(frame.Payload.Span[MemberId.Size..]), MemberId.ReadFrom(frame.Payload.Span), reset),
            }
            : null;
    }

    private NodeGround GroundOf(SimulatedProcess process, StartWire wire, SeededRandom chance, string name) => new()
    {
        Disk = new NodeDisk(
            () => Disk is { } disk ? (disk.Cluster, disk.Member) : null,
            (cluster, member) => OpenStore(process, name, cluster, member),
            () => Disk = null,
            () =>
            {
                _bed.Oracles.Observe();
                _bed.Counts.ComeBackAsNew++;
                Disk = null;
                return "removed";
            }),
        Ask = wire.AskAsync,
        Dial = wire.Dial,
        NewGossipWire = () => wire,
        Wake = lane => process.Post(lane.Run),
        Time = new SimulatedTime(process, Clock),
        NewRandom = () => new SeededRandom(chance.NextWord()),
        NewIdentity = NewIdentity,
        Crash = failure => throw new InvalidOperationException($"{name} stopped itself", failure),
        Snapshot = static (_, document) => ComputedTables.SnapshotOf(document),
        Plant = _bed.Plant,
    };

    /// <summary>The same in every run, so that tables of slots are computed once for all of them.</summary>
    private Guid NewIdentity() => MemberId.FromName(StartBed.Names, string.Create(CultureInfo.InvariantCulture, $"{Name} {++_identities}")).Value;

    private SimulatedStore OpenStore(SimulatedProcess process, string name, ClusterId cluster, MemberId member)
    {
        bool isNew = Disk is null;
        Disk ??= new SimulatedDisk(cluster, member);
        _bed.Oracles.Belongs(member, this);
        _store = new SimulatedStore(Disk, done => process.PostAfter(_bed.DiskDelay() * DiskSlowness, done), _bed.Streams.Of($"disk {name}"), diskReadRate: 0);
        if (isNew)
        {
            Founded?.Invoke(this);
        }

        return _store;
    }
}
