using System.Collections.Immutable;
using System.Diagnostics;
using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>Watches one node: asks for its status every second and keeps its stream of topologies open.</summary>
internal sealed class NodeWatch : IDisposable
{
    /// <summary>How often a node is asked how it is.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>A node that takes longer is told to be unreachable.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(3);

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
        _client = new KvClient(new KvClientOptions { Endpoints = [node.Address], RequestTimeout = AnswerMax });
    }

    public NodeReport Report => Volatile.Read(ref _report);

    public Task RunAsync(CancellationToken stoppingToken) => Task.WhenAll(PollAsync(stoppingToken), FollowAsync(stoppingToken));

    public void Dispose() => _client.Dispose();

    private async Task PollAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(PollInterval, _time);
        do
        {
            long asked = _time.GetTimestamp();
            try
            {
                using Activity untraced = Untraced.Start(nameof(ClusterWatch));
                MemberStatus status = await _client.Cluster.GetStatusAsync(stoppingToken);
                TimeSpan at = _time.GetElapsedTime(0);
                Update(report => report.Answered(status, at, _time.GetElapsedTime(asked)));
            }
            catch (KvException exception)
            {
                DateTimeOffset now = _time.GetUtcNow();
                Update(report => report.Failed(exception.Message, now));
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
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
                // The poll says so, with the reason and since when.
            }

            await Task.Delay(PollInterval, _time, stoppingToken);
        }
    }

    private void Update(Func<NodeReport, NodeReport> change)
    {
        ImmutableInterlocked.Update(ref _report, change);
        _changed();
    }
}
