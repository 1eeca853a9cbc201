using KvStore.Node.Peers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>
/// The member of this process from its data directory to its end. A directory that belongs to a cluster is opened before
/// anything listens; an empty one becomes a member's when the node has formed or found a cluster, which may take as long as
/// its seeds do.
/// </summary>
internal sealed partial class MemberHost : IHostedService, IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<TopologyDocument> _kept;
    private volatile Acquaintance _self;
    private IStore? _store;
    private ILogger? _logger;
    private volatile Formation? _formation;
    private bool _isDisposed;
    private Task _background = Task.CompletedTask;
    private volatile MemberParts? _parts;

    private MemberHost(NodeOptions options, Ports ports, IStore? store, IReadOnlyList<TopologyDocument> kept)
    {
        _options = options;
        Ports = ports;
        _store = store;
        _kept = kept;
        MemberId id = store?.Contents.Member ?? new MemberId(Guid.NewGuid());
        TopologyMember self = new(
            id, 0, options.Name, options.AddressOf(options.HttpAddress, ports.Http), options.AddressOf(options.GrpcAddress, ports.Grpc), options.Zone, MemberState.Joining);
        _self = new Acquaintance(Guid.NewGuid(), options.Cluster, self, store?.Contents.Cluster, kept.Count > 0 ? kept[^1].Epoch : default)
        {
            Replication = options.HasReplication ? options.Replication : 0,
        };
    }

    public Ports Ports { get; }

    /// <summary>What is done to the network on purpose; null where the options do not allow it. There from <see cref="LogTo"/> on.</summary>
    public FaultSwitch? Faults { get; private set; }

    public int ExitCode { get; private set; }

    public string Name => _options.Name;

    /// <summary>Null until the node is in a cluster.</summary>
    public MemberParts? Parts => _parts;

    /// <summary>Why it is in none, for people.</summary>
    public string Reason => _formation?.Reason ?? "it has not begun to look for one";

    /// <summary>Opens the data directory, or makes sure that it can be used.</summary>
    /// <exception cref="StoreRefusal">The directory cannot be used; the message says why and what to do.</exception>
    /// <param name="ports">Taken already.</param>
    public static MemberHost Open(NodeOptions options, Ports ports)
    {
        if (StoreDirectory.OwnerOf(options.DataDirectory) is not { } owner)
        {
            StoreDirectory.CheckUsable(options.DataDirectory);
            return new MemberHost(options, ports, null, []);
        }

        FasterStore store = OpenStore(options, owner.Cluster, owner.Member);
        try
        {
            IReadOnlyList<TopologyDocument> kept = KeptTopology.Of(store.Contents, options);
            if (kept.Count > 0)
            {
                return new MemberHost(options, ports, store, kept);
            }
        }
        catch
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        StoreDirectory.Discard(options.DataDirectory);
        return new MemberHost(options, ports, null, []);
    }

    /// <summary>Call once, before it is started.</summary>
    public MemberHost LogTo(ILoggerFactory loggers)
    {
        Invariant.Holds(_logger is null);
        _logger = loggers.CreateLogger<Member>();
        Faults = _options.AllowFaults ? new FaultSwitch(TimeProvider.System, new Random(), _logger) : null;
        _formation = MakeFormation();
        return this;
    }

    /// <summary>Others can reach this node from now on: call when it listens.</summary>
    public void Listens()
    {
        _listens.TrySetResult();
        _parts?.Start();
    }

    /// <summary>Another node asks who this one is.</summary>
    public Task<Acquaintance> AnswerAsync(Acquaintance asker) =>
        _parts is { } parts ? parts.Door.AnswerAsync(asker) : Task.FromResult(_formation?.Answer ?? _self);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_store is not null && await Absence.IsOverForGoodAsync(_options, _self, _kept[^1], GrpcIntroductions.AskAsync, cancellationToken))
        {
            await BecomeNobodyAsync();
        }

        if (_store is not null)
        {
            await BecomeMemberAsync(_kept, isNew: false, cancellationToken);
            _background = GuardAsync(() => MakeReunion().RunAsync(_stopping.Token));
        }
        else if (_options.Seeds.Count == 0)
        {
            await BecomeMemberAsync(_formation!.FormAlone(), isNew: true, cancellationToken);
            _background = GuardAsync(() => MakeReunion().RunAsync(_stopping.Token));
        }
        else
        {
            _background = GuardAsync(FindClusterAsync);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_isDisposed)
        {
            await _stopping.CancelAsync();
        }

        await _background;
        if (_parts is { } parts)
        {
            await parts.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _isDisposed = true;
        if (_parts is null && _store is not null)
        {
            await _store.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private static FasterStore OpenStore(NodeOptions options, ClusterId cluster, MemberId member) => FasterStore.Open(new StoreOptions
    {
        Directory = options.DataDirectory,
        Cluster = cluster,
        Member = member,
        Lanes = options.Lanes,
        MemoryBytesMax = options.MemoryBytesMax,
        ValueBytesMax = options.ValueBytesMax,
        Durability = options.Durability,
        IntervalMilliseconds = (int)options.DurabilityInterval.TotalMilliseconds,
    });

    /// <summary>The cluster has removed the member while it was away, so nothing that it holds counts: the node comes back as a new one.</summary>
    private async Task BecomeNobodyAsync()
    {
        await _store!.DisposeAsync();
        _store = null;
        LogRemoved(_logger!, Name, _self.Epoch.Number, StoreDirectory.SetAside(_options.DataDirectory));
        _self = _self with { Self = _self.Self with { Id = new MemberId(Guid.NewGuid()) }, Cluster = null, Epoch = default };
        _formation = MakeFormation();
    }

    private Formation MakeFormation() => new(_options, _self, GrpcIntroductions.AskAsync, TimeProvider.System, _logger!);

    private async Task FindClusterAsync()
    {
        await _listens.Task.WaitAsync(_stopping.Token);
        IReadOnlyList<TopologyDocument> documents = await _formation!.RunAsync(_stopping.Token);
        await BecomeMemberAsync(documents, isNew: true, _stopping.Token);
        await MakeReunion().RunAsync(_stopping.Token);
    }

    private async Task BecomeMemberAsync(IReadOnlyList<TopologyDocument> documents, bool isNew, CancellationToken cancellationToken)
    {
        TopologyDocument last = documents[^1];
        _store ??= OpenStore(_options, last.Cluster, _self.Self.Id);
        MemberParts parts = MemberParts.Make(_options, _self with { Cluster = last.Cluster }, _store, documents, Faults, isNew, Crash, _logger!);
        WarnOfDifference(last);
        _parts = parts;
        await parts.Member.StartAsync(cancellationToken);
        if (_listens.Task.IsCompleted)
        {
            parts.Start();
        }

        LogServing(_logger!, Name, last.Cluster, last.Epoch.Number, last.Members.Count, Ports.Http, Ports.Grpc);
    }

    private Reunion MakeReunion() => new(
        _options, _parts!.Member, _parts.Topology, _parts.Door, MeetAsync, TimeProvider.System, _logger!);

    /// <summary>Who is cut off on purpose is not asked either: that would be a way around.</summary>
    private Task<(Acquaintance? Node, string Problem)> MeetAsync(string address, Acquaintance self, CancellationToken cancellationToken) =>
        Faults is { IsOn: true } faults
            && _parts!.Member.Topologies.Current.Document.Members.FirstOrDefault(member => member.GrpcAddress == address) is { } known
            && faults.Decide(known.Id).IsLost
                ? Task.FromResult<(Acquaintance?, string)>((null, "a fault is on that cuts this member off from there"))
                : GrpcIntroductions.AskAsync(address, self, cancellationToken);

    /// <summary>What the options say of a cluster counts only where this node forms it.</summary>
    private void WarnOfDifference(TopologyDocument cluster)
    {
        if (cluster.Replication != _options.Replication || cluster.VirtualNodes != _options.VirtualNodes || cluster.LoadBound != _options.LoadBound)
        {
            LogDifference(
                _logger!, cluster.Replication, cluster.VirtualNodes, cluster.LoadBound, _options.Replication, _options.VirtualNodes, _options.LoadBound);
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception failure)
        {
            Crash(failure);
        }
    }

    /// <summary>Nothing this member says can be trusted any more, so it says nothing: no drain, no answers.</summary>
    private void Crash(Exception reason)
    {
        LogCrash(_logger!, reason, Name);

        // The logger writes later, and there is no later.
        Console.Error.WriteLine($"{Name} cannot go on and stops: {(reason is IOException or StoreRefusal ? reason.Message : reason)}");
        ExitCode = Hosting.ExitCode.Crash;
        new Thread(static () => Environment.Exit(Hosting.ExitCode.Crash)) { IsBackground = true }.Start();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Name} is a member of cluster {Cluster} at epoch {Epoch} of {Members} members, HTTP on port {Http}, gRPC on port {Grpc}")]
    private static partial void LogServing(ILogger logger, string name, ClusterId cluster, uint epoch, int members, int http, int grpc);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "{Name} cannot go on and stops")]
    private static partial void LogCrash(ILogger logger, Exception reason, string name);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "The cluster has removed {Name} after epoch {Epoch}, while it was away: what it holds counts no more and lies in {Directory} until that is done again. It asks to be let in as a new member")]
    private static partial void LogRemoved(ILogger logger, string name, uint epoch, string directory);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The cluster has replication {Replication}, {VirtualNodes} virtual nodes and load bound {LoadBound}; what this node is configured with ({OwnReplication}, {OwnVirtualNodes}, {OwnLoadBound}) counts only where it forms a cluster")]
    private static partial void LogDifference(
        ILogger logger, int replication, int virtualNodes, double loadBound, int ownReplication, int ownVirtualNodes, double ownLoadBound);
}
