using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>
/// One life of a node, from what its disk keeps to its end: the same in a process and in simulation. What belongs to a cluster
/// goes on there, unless it was removed while it was away; whatever does not becomes a member when it has formed or found a
/// cluster, which may take as long as its seeds do.
/// </summary>
internal sealed partial class NodeLife
{
    private readonly NodeOptions _options;
    private readonly NodeGround _ground;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopping;
    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<TopologyDocument> _kept;
    private volatile Acquaintance _self;
    private IStore? _store;
    private volatile Formation _formation;
    private Task _background = Task.CompletedTask;
    private volatile MemberParts? _parts;

    /// <param name="httpAddress">Where others reach it; so <paramref name="grpcAddress"/>.</param>
    /// <param name="respAddress">Where clients of the Redis protocol reach it; empty where it does not speak it.</param>
    /// <param name="kept">What its disk keeps; null if that is nothing. The store is this life's from here on.</param>
    /// <param name="stopping">Ends the search for a cluster and for members; see <see cref="StopAsync"/>.</param>
    public NodeLife(
        NodeOptions options, NodeGround ground, string httpAddress, string grpcAddress, string respAddress, KeptMember? kept, ILogger logger, CancellationToken stopping)
    {
        _options = options;
        _ground = ground;
        _logger = logger;
        _stopping = stopping;
        _store = kept?.Store;
        _kept = kept?.Documents ?? [];
        MemberId id = _store?.Contents.Member ?? new MemberId(ground.NewIdentity());
        TopologyMember self = new(id, 0, options.Name, httpAddress, grpcAddress, options.Zone, MemberState.Joining);
        _self = new Acquaintance(ground.NewIdentity(), options.Cluster, self, _store?.Contents.Cluster, _kept.Count > 0 ? _kept[^1].Epoch : default)
        {
            Replication = options.HasReplication ? options.Replication : 0,
            RespAddress = respAddress,
        };
        _formation = MakeFormation([]);
    }

    public string Name => _options.Name;

    /// <summary>Null until the node is in a cluster.</summary>
    public MemberParts? Parts => _parts;

    /// <summary>Why it is in none, for people.</summary>
    public string Reason => _formation.Reason;

    /// <summary>Others can reach this node from now on: call when it listens.</summary>
    public void Listens()
    {
        _listens.TrySetResult();
        _parts?.Start();
    }

    /// <summary>Another node asks who this one is.</summary>
    public Task<Acquaintance> AnswerAsync(Acquaintance asker) =>
        _parts is { } parts ? parts.Door.AnswerAsync(asker) : Task.FromResult(_formation.Answer);

    /// <summary>This member, which is in a cluster, asks who is at an address.</summary>
    public Task<(Acquaintance? Node, string Problem)> AskAsync(string address, CancellationToken cancellationToken) =>
        MeetAsync(address, _parts!.Door.Self, cancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_store is not null
            && _ground.Plant != StartPlant.AbsenceIgnored
            && await Absence.IsOverForGoodAsync(_options, _self, _kept[^1], _ground.Ask, _ground.Time, cancellationToken))
        {
            await BecomeNobodyAsync();
        }

        if (_store is not null)
        {
            await BecomeMemberAsync(_kept, isNew: false, cancellationToken);
            _background = GuardAsync(() => MakeReunion().RunAsync(_stopping));
        }
        else if (_options.Seeds.Count == 0)
        {
            await BecomeMemberAsync(_formation.FormAlone(), isNew: true, cancellationToken);
            _background = GuardAsync(() => MakeReunion().RunAsync(_stopping));
        }
        else
        {
            _background = GuardAsync(FindClusterAsync);
        }
    }

    /// <summary>Ends it in order, once the token it was made with is cancelled. May be called again.</summary>
    public async Task StopAsync()
    {
        await _background;
        if (_parts is { } parts)
        {
            await parts.StopAsync();
        }
        else if (_store is { } store)
        {
            _store = null;
            await store.DisposeAsync();
        }
    }

    /// <summary>The cluster has removed the member while it was away, so nothing that it holds counts: the node comes back as a new one.</summary>
    private async Task BecomeNobodyAsync()
    {
        await _store!.DisposeAsync();
        _store = null;
        LogRemoved(_logger, Name, _self.Epoch.Number, _ground.Disk.SetAside());
        _self = _self with { Self = _self.Self with { Id = new MemberId(_ground.NewIdentity()) }, Cluster = null, Epoch = default };

        // Its seeds may be none but itself: then it would form another cluster beside the one that it was just told of.
        _formation = MakeFormation([.. _kept[^1].Members.Select(member => member.GrpcAddress).Where(address => address != _self.Self.GrpcAddress)]);
    }

    private Formation MakeFormation(IReadOnlyList<string> known) =>
        new(_options, _self, _ground.Ask, _ground.Time, known, _ground.NewIdentity, _logger, _ground.Plant);

    private async Task FindClusterAsync()
    {
        await _listens.Task.WaitAsync(_stopping);
        IReadOnlyList<TopologyDocument> documents = await _formation.RunAsync(_stopping);
        await BecomeMemberAsync(documents, isNew: true, _stopping);
        await MakeReunion().RunAsync(_stopping);
    }

    private async Task BecomeMemberAsync(IReadOnlyList<TopologyDocument> documents, bool isNew, CancellationToken cancellationToken)
    {
        TopologyDocument last = documents[^1];
        _store ??= _ground.Disk.Open(last.Cluster, _self.Self.Id);
        MemberParts parts = MemberParts.Make(_options, _ground, _self with { Cluster = last.Cluster }, _store, documents, isNew, _logger);
        WarnOfDifference(last);
        _parts = parts;
        await parts.Member.StartAsync(cancellationToken);
        if (_listens.Task.IsCompleted)
        {
            parts.Start();
        }

        LogServing(_logger, Name, last.Cluster, last.Epoch.Number, last.Members.Count, parts.Door.Self.Self.HttpAddress, parts.Door.Self.Self.GrpcAddress);
    }

    private Reunion MakeReunion() => new(_options, _parts!.Member, _parts.Topology, _parts.Door, MeetAsync, _ground.Time, _logger);

    /// <summary>Who is cut off on purpose is not asked either: that would be a way around.</summary>
    private Task<(Acquaintance? Node, string Problem)> MeetAsync(string address, Acquaintance self, CancellationToken cancellationToken) =>
        _ground.Faults is { IsOn: true } faults
            && _parts!.Member.Topologies.Current.Document.Members.FirstOrDefault(member => member.GrpcAddress == address) is { } known
            && faults.Decide(known.Id).IsLost
                ? Task.FromResult<(Acquaintance?, string)>((null, "a fault is on that cuts this member off from there"))
                : _ground.Ask(address, self, cancellationToken);

    /// <summary>What the options say of a cluster counts only where this node forms it.</summary>
    private void WarnOfDifference(TopologyDocument cluster)
    {
        if (cluster.Replication != _options.Replication || cluster.VirtualNodes != _options.VirtualNodes || cluster.LoadBound != _options.LoadBound)
        {
            LogDifference(
                _logger, cluster.Replication, cluster.VirtualNodes, cluster.LoadBound, _options.Replication, _options.VirtualNodes, _options.LoadBound);
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
            _ground.Crash(failure);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Name} is a member of cluster {Cluster} at epoch {Epoch} of {Members} members, HTTP at {Http}, gRPC at {Grpc}")]
    private static partial void LogServing(ILogger logger, string name, ClusterId cluster, uint epoch, int members, string http, string grpc);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "The cluster has removed {Name} after epoch {Epoch}, while it was away: what it holds counts no more and lies in {Directory} until that is done again. It asks to be let in as a new member")]
    private static partial void LogRemoved(ILogger logger, string name, uint epoch, string directory);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The cluster has replication {Replication}, {VirtualNodes} virtual nodes and load bound {LoadBound}; what this node is configured with ({OwnReplication}, {OwnVirtualNodes}, {OwnLoadBound}) counts only where it forms a cluster")]
    private static partial void LogDifference(
        ILogger logger, int replication, int virtualNodes, double loadBound, int ownReplication, int ownVirtualNodes, double ownLoadBound);
}
