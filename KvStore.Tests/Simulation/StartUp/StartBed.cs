using System.Globalization;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>
/// Empty machines with lists of seeds, in one thread and one seed: the product's whole way from nothing to a cluster, and what
/// its members decide afterwards, above a simulated disk, network and clock.
/// </summary>
internal sealed class StartBed : IDisposable
{
    public const int FirstPort = 9001;

    public static readonly ClusterId Names = ClusterId.FromName("start-up");

    private readonly List<StartMachine> _machines = [];
    private readonly SeededRandom _diskDelays;

    /// <param name="machines">That there may be, at most.</param>
    /// <param name="evictAfter">See <see cref="NodeOptions.FailureHardDead"/>.</param>
    public StartBed(ulong seed, int machines, TimeSpan evictAfter, StartPlant plant = StartPlant.None)
    {
        Streams = new RandomStreams(seed);
        Scheduler = new SimulatedScheduler(Streams.Schedule, stepsMax: 40_000_000);
        Network = new SimulatedNetwork(Scheduler, Streams.Network, machines);
        EvictAfter = evictAfter;
        Plant = plant;
        Oracles = new StartOracles(this);
        _diskDelays = Streams.Disk;
    }

    public RandomStreams Streams { get; }

    public SimulatedScheduler Scheduler { get; }

    public SimulatedNetwork Network { get; }

    public TimeSpan EvictAfter { get; }

    public StartPlant Plant { get; }

    public StartOracles Oracles { get; }

    public StartCounts Counts { get; } = new();

    public List<string> Warnings { get; } = [];

    public IReadOnlyList<StartMachine> Machines => _machines;

    /// <summary>Whether the network is cut anywhere.</summary>
    public bool IsCut { get; private set; }

    public static string AddressOf(int machine, int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.{machine + 1}:{port}");

    public static IReadOnlyList<SeedOptions> SeedsOf(params IEnumerable<int> machines) =>
        [.. machines.Select(machine => new SeedOptions(SeedKind.Address, string.Create(CultureInfo.InvariantCulture, $"127.0.0.{machine + 1}"), FirstPort, FirstPort))];

    /// <param name="home">See <see cref="StartMachine.Home"/>.</param>
    public StartMachine Add(IReadOnlyList<SeedOptions> seeds, int home = 0, string cluster = "kvstore", int replication = 3)
    {
        int index = _machines.Count;
        NodeOptions options = new()
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"node{index + 1}"),
            Cluster = cluster,
            Seeds = seeds,
            Replication = replication,
            VirtualNodes = 8,
            FailureHardDead = EvictAfter,
            Lanes = 1,
            OperationsMax = 100,
        };
        StartMachine machine = new(this, index, options, home);
        _machines.Add(machine);
        Network.Attach(index, Scheduler.World, (from, frame) => machine.Receive(_machines[from], frame));
        return machine;
    }

    public void Send(StartMachine from, string address, StartFrame frame)
    {
        Uri target = new(address);
        int machine = int.Parse(target.Host.AsSpan(target.Host.LastIndexOf('.') + 1), CultureInfo.InvariantCulture) - 1;
        Network.Send(from.Index, machine, (frame with { ToPort = target.Port }).ToBytes());
    }

    public TimeSpan DiskDelay() => TimeSpan.FromMicroseconds(_diskDelays.Next(100, _diskDelays.Next(10) == 0 ? 20_000 : 1_000));

    /// <summary>Links are cut from now on.</summary>
    public void Cut(Action<SimulatedNetwork> cut)
    {
        IsCut = true;
        cut(Network);
    }

    public void Heal()
    {
        Network.HealAll();
        if (IsCut)
        {
            IsCut = false;
            _machines.ForEach(machine => machine.TroubledAt = Scheduler.Now);
        }
    }

    /// <summary>Runs until something holds or a while has passed; looks at the oracles meanwhile.</summary>
    /// <returns>Whether it holds, and no oracle was violated.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan most)
    {
        TimeSpan look = TimeSpan.FromMilliseconds(200);
        TimeSpan deadline = Scheduler.Now + most;
        while (Scheduler.Now < deadline && Oracles.Violation is null && !condition())
        {
            Scheduler.RunFor(look);
            Oracles.Observe();
        }

        return Oracles.Violation is null && condition();
    }

    public void Later(TimeSpan delay, Action action) => Scheduler.World.PostAfter(delay, action);

    public void Dispose() => Scheduler.Dispose();
}
