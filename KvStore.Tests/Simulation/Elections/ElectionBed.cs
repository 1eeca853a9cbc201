using System.Globalization;
using KvStore.Node.Membership;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.Elections;

/// <summary>
/// Machines of which some are the members of epoch 1 and others may be taken in, and everything any of them ever put in force.
/// </summary>
internal sealed class ElectionBed : IDisposable
{
    public const int MachineCount = 7;

    public static readonly ClusterId Cluster = ClusterId.FromName("elections");

    private readonly Dictionary<MemberId, int> _indices = [];
    private readonly SortedDictionary<uint, byte[]> _decided = [];
    private readonly SeededRandom _diskDelays;

    public ElectionBed(ulong seed, ElectionPlant plant)
    {
        Streams = new RandomStreams(seed);
        Scheduler = new SimulatedScheduler(Streams.Schedule);
        SeededRandom shape = Streams.Of("shape");
        Network = new SimulatedNetwork(Scheduler, Streams.Network, MachineCount) { Conditions = DrawConditions(shape) };
        Plant = plant;
        _diskDelays = Streams.Disk;
        TopologyMember[] members = [.. Enumerable.Range(1, MachineCount).Select(Member)];
        First = TopologyDocument.First(Cluster, 3, 8, 0.05, [.. members.Take(3 + shape.Next(3))]);
        Machines = [.. members.Select((member, index) => new ElectionMachine(this, member, index))];
        foreach (ElectionMachine machine in Machines)
        {
            _indices.Add(machine.Self.Id, machine.Index);
            machine.Start();
        }
    }

    public RandomStreams Streams { get; }

    public SimulatedScheduler Scheduler { get; }

    public SimulatedNetwork Network { get; }

    public ElectionPlant Plant { get; }

    public DetectorSettings Settings { get; } = new();

    public TopologyDocument First { get; }

    public IReadOnlyList<ElectionMachine> Machines { get; }

    /// <summary>The first thing that must not be; null while there is none.</summary>
    public string? Violation { get; private set; }

    /// <summary>Told each message of an election before it leaves; false takes it, and all that machine sends after it.</summary>
    public Func<ElectionMachine, ElectionMessage, bool>? Leaving { get; set; }

    /// <summary>Whether faults go on.</summary>
    public bool IsDisturbed { get; set; } = true;

    public int Crashes { get; set; }

    /// <summary>Epochs that anybody put in force.</summary>
    public int Epochs => _decided.Count;

    public uint LastEpoch => _decided.Count == 0 ? First.Epoch.Number : _decided.Keys.Last();

    /// <summary>The last document that anybody put in force.</summary>
    public TopologyDocument Last
    {
        get
        {
            if (_decided.Count == 0)
            {
                return First;
            }

            Assert.True(TopologyCodec.TryDecode(_decided.Values.Last(), out TopologyDocument? document, out string? problem), problem);
            return document!;
        }
    }

    public int IndexOf(MemberId member) => _indices[member];

    public TimeSpan DiskDelay() => TimeSpan.FromMicroseconds(_diskDelays.Next(100, _diskDelays.Next(10) == 0 ? 30_000 : 1_000));

    public void OnDecided(ElectionMachine machine, TopologyDocument document)
    {
        Scheduler.Record($"{machine.Index} has epoch {document.Epoch} in force, digest {document.Digest():x16}");
        byte[] bytes = TopologyCodec.Encode(document);
        if (!_decided.TryAdd(document.Epoch.Number, bytes) && !_decided[document.Epoch.Number].AsSpan().SequenceEqual(bytes))
        {
            Violate($"machine {machine.Index} has another document for epoch {document.Epoch} than one before");
        }
    }

    public void OnRefused(string reason) => Violate(reason);

    /// <summary>What the disks hold: one document an epoch on all of them, and on each no epoch missing.</summary>
    public string? Check()
    {
        Dictionary<Epoch, ulong> digests = [];
        foreach (ElectionMachine machine in Machines)
        {
            uint before = 0;
            foreach (TopologyDocument document in machine.Durable)
            {
                if (document.Epoch.Number != before + 1)
                {
                    Violate($"machine {machine.Index} has epoch {document.Epoch} on its disk after {before}");
                }

                before = document.Epoch.Number;
                if (digests.TryGetValue(document.Epoch, out ulong digest) && digest != document.Digest())
                {
                    Violate($"two documents of epoch {document.Epoch} are on disk, one of them at machine {machine.Index}");
                }

                digests[document.Epoch] = document.Digest();
            }
        }

        return Violation;
    }

    public void Dispose() => Scheduler.Dispose();

    /// <summary>From nearly calm to slow, lossy and doubling, so that rounds overlap and answers of old ones come late.</summary>
    private static NetworkConditions DrawConditions(SeededRandom shape) => new()
    {
        DelaySpread = shape.NextTime(TimeSpan.FromMilliseconds(shape.Chance(0.5) ? 40 : 1)),
        DoublingsMax = 1 + shape.Next(8),
        LossRate = 0.3 * shape.NextDouble() * shape.NextDouble(),
        DuplicationRate = 0.4 * shape.NextDouble(),
        CorruptionRate = 0.005,
    };

    private void Violate(string what) => Violation ??= string.Create(CultureInfo.InvariantCulture, $"at {Scheduler.Now.TotalSeconds:0.000} s {what}");

    private static TopologyMember Member(int number) => new(
        MemberId.FromName(Cluster, string.Create(CultureInfo.InvariantCulture, $"node{number}")),
        (ushort)number,
        string.Create(CultureInfo.InvariantCulture, $"node{number}"),
        "http://127.0.0.1:1",
        "http://127.0.0.1:2",
        "",
        MemberState.Active);
}
