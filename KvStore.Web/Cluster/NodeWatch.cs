using System.Collections.Immutable;
using System.Diagnostics;
using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>Watches one node: keeps its streams of statuses and of topologies open.</summary>
internal sealed class NodeWatch : IDisposable
{
    /// <summary>How often a node tells how it is, and how long to wait before a stream is opened again.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A node that says nothing for longer is told to be unreachable.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(3);

    private readonly KvClient _client;
    private readonly TimeProvider _time;
    private readonly Action _changed;
    private NodeReport _report;

    /// <param name="changed">Called after each change of <see cref="Report"/>, on any thread.</param>
    public NodeWatch(NodeAddress node, TimeProvider time, Action changed)
    {
        _report = new NodeReport(node);
        _time = time;
        _changed = changed;
        _client = new KvClient(new KvClientOptions { Endpoints = [node.Address], RequestTimeout = SilenceMax });
    }

    public NodeReport Report => Volatile.Read(ref _report);

    public Task RunAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowStatusAsync(stoppingToken), FollowTopologyAsync(stoppingToken));

    public void Dispose() => _client.Dispose();

    private async Task FollowStatusAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            using CancellationTokenSource silence = new(SilenceMax, _time);
            using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stoppingToken);
            try
            {
                using Activity untraced = Untraced.Start(nameof(ClusterWatch));
                await foreach (MemberStatus status in _client.Cluster.WatchStatusAsync(Interval, ending.Token))
                {
                    silence.CancelAfter(SilenceMax);
                    TimeSpan at = _time.GetElapsedTime(0);
                    Update(report => report.Told(status, at));
                }
            }
            catch (KvException exception)
            {
                Fail(exception.Message);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                Fail($"{Report.Node.Address.Authority} has said nothing for {SilenceMax.TotalSeconds} s");
            }

            await Task.Delay(Interval, _time, stoppingToken);
        }
    }

    private void Fail(string why)
    {
        DateTimeOffset now = _time.GetUtcNow();
        Update(report => report.Failed(why, now));
    }

    private async Task FollowTopologyAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                using Activity untraced = Untraced.Start(nameof(ClusterWatch));
                await foreach (ClusterTopology topology in _client.Cluster.WatchTopologyAsync(stoppingToken))
                {
                    Update(report => report with { Topology = topology });
                }
            }
            catch (KvException)
            {
                // The stream of statuses says so, with the reason and since when.
            }

            await Task.Delay(Interval, _time, stoppingToken);
        }
    }

    private void Update(Func<NodeReport, NodeReport> change)
    {
        ImmutableInterlocked.Update(ref _report, change);
        _changed();
    }
}
