using System.Diagnostics;
using System.Threading.Channels;
using KvStore.Protocol;
using KvStore.Web.Cluster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class ClusterWatchTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_member_is_watched_reported_lost_with_the_reason_and_found_again()
    {
        await using ScriptedNode first = await NodeAsync(ordinal: 0);
        ScriptedNode second = await NodeAsync(ordinal: 1);
        int port = second.Address.Port;
        Tell(first, first, second);
        Tell(second, first, second);
        using ClusterWatch watch = Watch(first.Address, second.Address);
        Channel<ClusterSnapshot> snapshots = await StartAsync(watch);

        await UntilAsync(snapshots, snapshot => snapshot.Health.Level == HealthLevel.Healthy);

        await second.DisposeAsync();
        ClusterSnapshot lost = await UntilAsync(snapshots, snapshot => snapshot.Member(1)?.Failure is not null);
        Assert.Equal(Reachability.Unreachable, lost.Member(1)!.Reachability);
        Assert.Contains($"127.0.0.1:{port}", lost.Member(1)!.Failure, StringComparison.Ordinal);
        Assert.NotNull(lost.Member(1)!.FailingSince);

        await using ScriptedNode again = await NodeAsync(ordinal: 1, port);
        Tell(again, first, again);
        await UntilAsync(snapshots, snapshot => snapshot.Health.Level == HealthLevel.Healthy);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_member_that_says_nothing_more_is_lost_until_it_does()
    {
        await using ScriptedNode node = await NodeAsync(ordinal: 0);
        Tell(node, node);
        node.IsSilent = true;
        using ClusterWatch watch = Watch(node.Address);
        Channel<ClusterSnapshot> snapshots = await StartAsync(watch);

        await UntilAsync(snapshots, snapshot => snapshot.Member(0)?.Reachability == Reachability.Reachable);
        ClusterSnapshot silent = await UntilAsync(snapshots, snapshot => snapshot.Member(0)?.Reachability == Reachability.Unreachable);
        Assert.Equal($"{node.Address.Authority} has said nothing for {NodeWatch.SilenceMax.TotalSeconds} s", silent.Member(0)!.Failure);

        node.IsSilent = false;
        await UntilAsync(snapshots, snapshot => snapshot.Member(0)?.Reachability == Reachability.Reachable);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Members_that_nobody_configured_are_found_in_the_topology()
    {
        await using ScriptedNode configured = await NodeAsync(ordinal: 0);
        await using ScriptedNode joined = await NodeAsync(ordinal: 1);
        Tell(configured, configured, joined);
        Tell(joined, configured, joined);
        using ClusterWatch watch = Watch(configured.Address);
        Channel<ClusterSnapshot> snapshots = await StartAsync(watch);

        ClusterSnapshot both = await UntilAsync(snapshots, snapshot => snapshot.Member(1)?.Reachability == Reachability.Reachable);

        Assert.Equal(joined.Address, both.Member(1)!.GrpcAddress);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_member_that_nobody_configured_is_forgotten_when_it_is_one_no_more()
    {
        await using ScriptedNode configured = await NodeAsync(ordinal: 0);
        await using ScriptedNode joined = await NodeAsync(ordinal: 1);
        Tell(configured, configured, joined);
        Tell(joined, configured, joined);
        using ClusterWatch watch = Watch(configured.Address);
        Channel<ClusterSnapshot> snapshots = await StartAsync(watch);
        await UntilAsync(snapshots, snapshot => snapshot.Member(1)?.Reachability == Reachability.Reachable);

        Tell(configured, configured);
        configured.Topology.Epoch = 2;
        configured.Topology = configured.Topology.Clone();

        ClusterSnapshot alone = await UntilAsync(snapshots, snapshot => snapshot is { Topology.Epoch: 2, Members.Length: 1 });
        Assert.Equal("node1", alone.Members[0].Name);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Watching_tells_the_node_not_to_trace_it()
    {
        using ActivityListener asUsual = new()
        {
            ShouldListenTo = source => source.Name is "KvStore.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == default || options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(asUsual);
        await using ScriptedNode node = await NodeAsync(ordinal: 0);
        Tell(node, node);
        using ClusterWatch watch = Watch(node.Address);
        Channel<ClusterSnapshot> snapshots = await StartAsync(watch);

        await UntilAsync(snapshots, snapshot => snapshot.Member(0)?.Status is not null);

        await watch.StopAsync(CancellationToken.None);
        Assert.NotEmpty(node.Traces);
        Assert.All(node.Traces, trace => Assert.EndsWith("-00", trace, StringComparison.Ordinal));
    }

    private static async Task<ScriptedNode> NodeAsync(int ordinal, int port = 0) => await new ScriptedNode
    {
        Status = new MemberStatus { Id = Topologies.IdOf(ordinal), Name = $"node{ordinal + 1}", State = "serving", Epoch = 1, BootCount = 1 },
    }.StartAsync(port);

    // The topology of these members, all of them owners of every slot.
    private static void Tell(ScriptedNode node, params ScriptedNode[] members)
    {
        Protocol.Topology topology = new() { ClusterId = "cluster", Epoch = 1, Replication = (uint)members.Length, VirtualNodes = 1 };
        SlotRange all = new() { First = 0, Last = SlotShare.SlotCount - 1 };
        foreach ((ScriptedNode member, int ordinal) in members.Select((member, index) => (member, index)))
        {
            topology.Members.Add(new TopologyMember
            {
                Id = Topologies.IdOf(ordinal),
                Ordinal = (uint)ordinal,
                Name = $"node{ordinal + 1}",
                GrpcAddress = member.Address.ToString(),
                State = "active",
                Tokens = { (ulong)ordinal << 60 },
            });
            all.Owners.Add((uint)ordinal);
        }

        topology.Slots.Add(all);
        node.Topology = topology;
    }

    private static ClusterWatch Watch(params Uri[] nodes)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(nodes.Select((node, index) => KeyValuePair.Create($"KvStore:Nodes:{index}", (string?)node.ToString())))
            .Build();
        return new ClusterWatch(configuration, TimeProvider.System, NullLogger<ClusterWatch>.Instance);
    }

    private static async Task<Channel<ClusterSnapshot>> StartAsync(ClusterWatch watch)
    {
        Channel<ClusterSnapshot> snapshots = Channel.CreateUnbounded<ClusterSnapshot>();
        watch.Changed += () => snapshots.Writer.TryWrite(watch.Latest);
        await watch.StartAsync(CancellationToken.None);
        return snapshots;
    }

    private static async Task<ClusterSnapshot> UntilAsync(Channel<ClusterSnapshot> snapshots, Func<ClusterSnapshot, bool> condition)
    {
        using CancellationTokenSource limit = new(Deadline);
        ClusterSnapshot last = ClusterSnapshot.Empty;
        try
        {
            await foreach (ClusterSnapshot snapshot in snapshots.Reader.ReadAllAsync(limit.Token))
            {
                last = snapshot;
                if (condition(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what was seen instead.
        }

        throw new TimeoutException($"Not seen within {Deadline}; last: {last.Health}");
    }
}
