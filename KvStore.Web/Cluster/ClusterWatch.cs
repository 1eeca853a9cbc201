using System.Collections.Immutable;
using System.Threading.Channels;
using KvStore.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace KvStore.Web.Cluster;

/// <summary>
/// Watches the cluster once for all who look at it, and publishes what it sees as immutable snapshots.
///
/// <code>
/// configuration ──NodeAddresses──► NodeWatch, one a node ──NodeReport──► ClusterSnapshot.Of ──► Latest, Changed ──► circuits
///                                       ▲                                      │
///                                       └──── members that the topology names ─┘
/// </code>
///
/// Bounded: at most <see cref="NodeAddresses.CountMax"/> nodes, two streams each, and at most one snapshot
/// per <see cref="PublishInterval"/>, whatever the number of circuits; with many nodes there are fewer.
/// Failure: a node that does not answer is a fact to be shown; nothing here stops because of it.
/// </summary>
internal sealed class ClusterWatch(IConfiguration configuration, TimeProvider time, ILogger<ClusterWatch> logger) : BackgroundService
{
    /// <summary>Snapshots are not made more often, so that many reports at once cost the page one update.</summary>
    public static readonly TimeSpan PublishInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>What a snapshot costs, and drawing it, grows with the members: with many there are fewer.</summary>
    private static readonly TimeSpan PublishIntervalOfMember = TimeSpan.FromMilliseconds(10);

    // One is enough: whoever makes the next snapshot sees all reports up to then.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly List<RunningWatch> _watches = [];
    private volatile ClusterSnapshot _latest = ClusterSnapshot.Empty;

    /// <summary>Called after <see cref="Latest"/> changed, on a thread of the watch: return soon and do not throw.</summary>
    public event Action? Changed;

    public ClusterSnapshot Latest => _latest;

    public override void Dispose()
    {
        // Whoever holds it by two names disposes of it twice.
        _watches.ForEach(watch => watch.Dispose());
        _watches.Clear();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (NodeAddress node in NodeAddresses.From(configuration))
        {
            Watch(node, isConfigured: true, stoppingToken);
        }

        Publish();
        try
        {
            await foreach (bool _ in _changes.Reader.ReadAllAsync(stoppingToken))
            {
                Publish();
                WatchNewMembers(stoppingToken);
                ForgetGoneMembers();
                await Task.Delay(IntervalOf(_watches.Count), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_watches.Select(watch => watch.Completion)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TimeSpan IntervalOf(int nodes) => TimeSpan.FromTicks(Math.Max(PublishInterval.Ticks, nodes * PublishIntervalOfMember.Ticks));

    private void Publish()
    {
        ImmutableArray<NodeReport> reports = [.. _watches.Select(watch => watch.Report)];
        ClusterSnapshot snapshot = ClusterSnapshot.Of(time.GetUtcNow(), reports);
        if (snapshot.Health != _latest.Health)
        {
            logger.LogInformation("{Level}: {Sentence}", snapshot.Health.Level, snapshot.Health.Sentence);
        }

        _latest = snapshot with { History = ClusterMoment.Extend(_latest.History, snapshot) };
        Changed?.Invoke();
    }

    // Members that joined after this page was configured.
    private void WatchNewMembers(CancellationToken stoppingToken)
    {
        HashSet<string?> watched = [.. _watches.Select(watch => watch.Report.Status?.Id)];
        foreach (ClusterMember member in _latest.Topology?.Members ?? [])
        {
            bool isWatched = watched.Contains(member.Id)
                || _watches.Exists(watch => watch.Report.Node.Name == member.Name)
                || !Uri.TryCreate(member.GrpcAddress, UriKind.Absolute, out Uri? address)
                || _watches.Exists(watch => watch.Report.Node.Address.Authority == address.Authority);
            if (!isWatched && _watches.Count < NodeAddresses.CountMax)
            {
                Watch(new NodeAddress(member.Name, new Uri(member.GrpcAddress)), isConfigured: false, stoppingToken);
            }
        }
    }

    // Of nodes that nobody configured, those that are members no more: nobody would miss them.
    private void ForgetGoneMembers()
    {
        if (_latest.Topology is not { } topology)
        {
            return;
        }

        foreach (RunningWatch gone in _watches.FindAll(watch => !watch.IsConfigured && !watch.Report.IsAboutAny(topology.Members)))
        {
            _watches.Remove(gone);
            gone.Dispose();
            _changes.Writer.TryWrite(true);
        }
    }

    private void Watch(NodeAddress node, bool isConfigured, CancellationToken stoppingToken) =>
        _watches.Add(new RunningWatch(node, isConfigured, time, () => _changes.Writer.TryWrite(true), stoppingToken));
}
