using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>
/// The member of this process from its open data directory to its end: opens the store before anything listens, makes the
/// member when logging is there, starts and stops it with the application.
/// </summary>
internal sealed partial class MemberHost : IHostedService, IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly IStore _store;
    private readonly TopologyDocument _topology;
    private Member? _member;
    private MemberGossip? _gossip;
    private MemberMetrics? _metrics;
    private LoadGauges? _gauges;
    private ILogger? _logger;

    private MemberHost(NodeOptions options, Ports ports, IStore store, TopologyDocument topology)
    {
        _options = options;
        Ports = ports;
        _store = store;
        _topology = topology;
    }

    public Ports Ports { get; }

    public int ExitCode { get; private set; }

    /// <summary>Opens the data directory and holds the configured membership against it.</summary>
    /// <exception cref="StoreRefusal">The directory cannot be used; the message says why and what to do.</exception>
    /// <param name="ports">Taken already.</param>
    public static MemberHost Open(NodeOptions options, Ports ports)
    {
        TopologyDocument configured = FirstTopology.Of(options, options.MembersOrSelf(ports.Http, ports.Grpc));
        FasterStore store = FasterStore.Open(new StoreOptions
        {
            Directory = options.DataDirectory,
            Cluster = configured.Cluster,
            Member = MemberId.FromName(configured.Cluster, options.Name),
            Lanes = options.Lanes,
            MemoryBytesMax = options.MemoryBytesMax,
            ValueBytesMax = options.ValueBytesMax,
            Durability = options.Durability,
            IntervalMilliseconds = (int)options.DurabilityInterval.TotalMilliseconds,
        });
        if (FirstTopology.TryReconcile(configured, store.Contents, options.DataDirectory, out TopologyDocument? inForce, out string? problem))
        {
            return new MemberHost(options, ports, store, inForce);
        }

        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        throw new StoreRefusal(problem);
    }

    /// <summary>Makes the member, once.</summary>
    public Member Make(ILoggerFactory loggers)
    {
        Invariant.Holds(_member is null);
        _logger = loggers.CreateLogger<Member>();
        _member = new Member(
            new MemberSettings(_options.Lanes, _options.OperationsMax) { Durability = _options.Durability },
            _store,
            new TopologySnapshot(_topology),
            TimeProvider.System,
            new Random(),
            static (member, linkClass) => new GrpcPeer(member.GrpcAddress, linkClass),
            LaneThreads.Wake,
            Crash,
            _logger);
        _gauges = new LoadGauges(_member);
        return _member;
    }

    /// <summary>Makes the failure detection of the member, once.</summary>
    public MemberGossip MakeGossip(Member member)
    {
        Invariant.Holds(_gossip is null);
        _gossip = new MemberGossip(member, _store.Contents.BootCount, _options.Detector, TimeProvider.System, new Random(), _logger!);
        _metrics = new MemberMetrics(member, _gossip.Loop, TimeProvider.System);
        return _gossip;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _member!.StartAsync(cancellationToken);
        LogServing(_logger!, _options.Name, _topology.Cluster, _topology.Members.Count, Ports.Http, Ports.Grpc);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _metrics?.Dispose();
        _gossip?.Dispose();
        await _member!.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _metrics?.Dispose();
        _gossip?.Dispose();
        _gauges?.Dispose();
        if (_member is null)
        {
            await _store.DisposeAsync();
        }
        else
        {
            await _member.DisposeAsync();
        }
    }

    /// <summary>Nothing this member says can be trusted any more, so it says nothing: no drain, no answers.</summary>
    private void Crash(Exception reason)
    {
        LogCrash(_logger!, reason, _options.Name);

        // The logger writes later, and there is no later.
        Console.Error.WriteLine($"{_options.Name} cannot go on and stops: {(reason is IOException ? reason.Message : reason)}");
        ExitCode = Hosting.ExitCode.Crash;
        new Thread(static () => Environment.Exit(Hosting.ExitCode.Crash)) { IsBackground = true }.Start();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Name} serves cluster {Cluster} of {Members} members, HTTP on port {Http}, gRPC on port {Grpc}")]
    private static partial void LogServing(ILogger logger, string name, ClusterId cluster, int members, int http, int grpc);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "{Name} cannot go on and stops")]
    private static partial void LogCrash(ILogger logger, Exception reason, string name);
}
