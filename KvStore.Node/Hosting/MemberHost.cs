using KvStore.Node.Peers;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>
/// The <see cref="NodeLife"/> of this process: gives it the data directory, the ports, the system's time and chance, and ends
/// the process when the member cannot go on. A directory that belongs to a cluster is opened before anything listens.
/// </summary>
internal sealed partial class MemberHost : IHostedService, IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private readonly KeptMember? _kept;
    private ILogger? _logger;
    private volatile NodeLife? _life;
    private bool _isDisposed;

    private MemberHost(NodeOptions options, Ports ports, KeptMember? kept)
    {
        _options = options;
        Ports = ports;
        _kept = kept;
    }

    public Ports Ports { get; }

    /// <summary>What is done to the network on purpose; null where the options do not allow it. There from <see cref="LogTo"/> on.</summary>
    public FaultSwitch? Faults { get; private set; }

    public int ExitCode { get; private set; }

    public string Name => _options.Name;

    /// <summary>Null until the node is in a cluster.</summary>
    public MemberParts? Parts => _life?.Parts;

    /// <summary>Why it is in none, for people.</summary>
    public string Reason => _life?.Reason ?? "it has not begun to look for one";

    /// <summary>Opens the data directory, or makes sure that it can be used.</summary>
    /// <exception cref="StoreRefusal">The directory cannot be used; the message says why and what to do.</exception>
    /// <param name="ports">Taken already.</param>
    public static MemberHost Open(NodeOptions options, Ports ports)
    {
        NodeDisk disk = DiskOf(options);
        if (disk.Owner() is null)
        {
            StoreDirectory.CheckUsable(options.DataDirectory);
        }

        return new MemberHost(options, ports, KeptMember.Open(disk, options));
    }

    /// <summary>Call once, before it is started.</summary>
    public MemberHost LogTo(ILoggerFactory loggers)
    {
        Invariant.Holds(_logger is null);
        _logger = loggers.CreateLogger<Member>();
        Faults = _options.AllowFaults ? new FaultSwitch(TimeProvider.System, new Random(), _logger) : null;
        _life = new NodeLife(
            _options,
            GroundOf(_options, _logger),
            _options.AddressOf(_options.HttpAddress, Ports.Http),
            _options.AddressOf(_options.GrpcAddress, Ports.Grpc),
            Ports.RespEndPoint is { } resp ? _options.RespAddressOf(resp.Port) : "",
            _kept,
            _logger,
            _stopping.Token);
        return this;
    }

    /// <summary>Others can reach this node from now on: call when it listens.</summary>
    public void Listens() => _life!.Listens();

    /// <summary>Another node asks who this one is.</summary>
    public Task<Acquaintance> AnswerAsync(Acquaintance asker) => _life!.AnswerAsync(asker);

    /// <summary>This member, which is in a cluster, asks who is at an address.</summary>
    public Task<(Acquaintance? Node, string Problem)> AskAsync(string address, CancellationToken cancellationToken) => _life!.AskAsync(address, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => _life!.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_isDisposed)
        {
            await _stopping.CancelAsync();
        }

        if (_life is { } life)
        {
            await life.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _isDisposed = true;
        if (_life is null && _kept is not null)
        {
            await _kept.Store.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private static NodeDisk DiskOf(NodeOptions options) => new(
        () => StoreDirectory.OwnerOf(options.DataDirectory),
        (cluster, member) => FasterStore.Open(new StoreOptions
        {
            Directory = options.DataDirectory,
            Cluster = cluster,
            Member = member,
            Lanes = options.Lanes,
            MemoryBytesMax = options.MemoryBytesMax,
            ValueBytesMax = options.ValueBytesMax,
            Durability = options.Durability,
            IntervalMilliseconds = (int)options.DurabilityInterval.TotalMilliseconds,
        }),
        () => StoreDirectory.Discard(options.DataDirectory),
        () => StoreDirectory.SetAside(options.DataDirectory));

    private NodeGround GroundOf(NodeOptions options, ILogger logger) => new()
    {
        Disk = DiskOf(options),
        Ask = GrpcIntroductions.AskAsync,
        Dial = (peer, linkClass) => new SocketPeer(peer.GrpcAddress, linkClass, Faults),
        NewGossipWire = () => new GrpcGossip(TimeProvider.System, logger),
        Faults = Faults,
        Wake = LaneThreads.Wake,
        Time = TimeProvider.System,
        NewRandom = static () => new Random(),
        NewIdentity = Guid.NewGuid,
        Crash = Crash,
        Measure = static parts => [new MemberMetrics(parts.Member, parts.Gossip.Loop, TimeProvider.System), new LoadGauges(parts.Member)],
    };

    /// <summary>Nothing this member says can be trusted any more, so it says nothing: no drain, no answers.</summary>
    private void Crash(Exception reason)
    {
        LogCrash(_logger!, reason, Name);

        // The logger writes later, and there is no later.
        Console.Error.WriteLine($"{Name} cannot go on and stops: {(reason is IOException or StoreRefusal ? reason.Message : reason)}");
        ExitCode = Hosting.ExitCode.Crash;
        new Thread(static () => Environment.Exit(Hosting.ExitCode.Crash)) { IsBackground = true }.Start();
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "{Name} cannot go on and stops")]
    private static partial void LogCrash(ILogger logger, Exception reason, string name);
}
