using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using KvStore.Client;
using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Aspire;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Integration;

/// <summary>Commands of nodes that change who is a member, with nodes that are processes of their own.</summary>
[Collection(nameof(RealApplications))]
public sealed class MembershipCommandsTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_node_is_removed_and_comes_back_as_another_member()
    {
        await using TestApplication app = await TestApplication.StartAsync(builder =>
            builder.AddKvStore("kv", nodes: 4).WithSpareNodes(1)
        );
        await app.HealthyAsync("kv");
        using KvClient client = new(app.Endpoint("kv-node1", "grpc"));
        string first = (await MemberAsync(client, "kv-node3"))!.Id;
        ResourceEvent running = await app.HealthyAsync("kv-node3");
        Assert.Equal("plan-leave Enabled, leave Enabled, replace Disabled", Offered(running));
        Assert.Equal(
            "plan-leave Hidden, leave Hidden, replace Hidden",
            Offered(await app.StateAsync("kv-node5", KnownResourceStates.NotStarted))
        );
        Assert.Equal(
            "kv-node3 is Running: the data of a node that runs is not deleted. Stop it first.",
            await RefusedAsync(app, "kv-node3", "replace")
        );
        Assert.Equal("kv-node5 was never started: there is nothing to replace. Start it, and it joins.", await RefusedAsync(app, "kv-node5", "replace"));

        Processes.Kill(running.ProcessId());
        Assert.Equal("plan-leave Enabled, leave Enabled, replace Enabled", Offered(await app.EndedAsync("kv-node3")));
        Assert.StartsWith("If kv-node3 is removed, copies of ", await DoneAsync(app, "kv-node3", "plan-leave"), StringComparison.Ordinal);
        Assert.StartsWith("kv-node3 is being removed: copies of ", await DoneAsync(app, "kv-node3", "leave"), StringComparison.Ordinal);
        await Eventually.IsAsync("kv-node3 is removed", (string?)null, async limit => (await MemberAsync(client, "kv-node3", limit))?.Id, _cancellation);
        Assert.StartsWith("There is no member kv-node3", await RefusedAsync(app, "kv-node3", "leave"), StringComparison.Ordinal);

        await DoneAsync(app, "kv-node3", "replace");
        await app.HealthyAsync("kv-node3");
        Assert.NotEqual(first, (await MemberAsync(client, "kv-node3"))!.Id);
    }

    /// <summary>What the last node holds is all there is.</summary>
    [Fact]
    public async Task The_data_of_a_node_that_the_others_need_is_not_deleted()
    {
        using TemporaryDirectory data = new();
        await using TestApplication app = await TestApplication.StartAsync(builder =>
            builder.AddKvStore("kv", nodes: 2).WithReplication(1).WithDataBindMount(data.Path)
        );
        await app.HealthyAsync("kv");
        await app.CommandAsync("kv-node2", KnownResourceCommands.StopCommand);
        Assert.Contains("has no living majority of its owners", await RefusedAsync(app, "kv-node2", "replace"), StringComparison.Ordinal);

        await app.CommandAsync("kv-node1", KnownResourceCommands.StopCommand);
        Assert.Equal(
            "No other node runs: what kv-node2 holds may be all there is, and is not deleted.",
            await RefusedAsync(app, "kv-node2", "replace")
        );
        Assert.True(Directory.Exists(data.At("kv-node2", "store")));
    }

    [Fact]
    public async Task A_spare_node_that_joined_in_an_earlier_run_starts_with_the_others()
    {
        using TemporaryDirectory data = new();
        string joined;
        await using (TestApplication app = await TestApplication.StartAsync(Describe))
        {
            await app.HealthyAsync("kv");
            Assert.Equal("NotStarted - -", await app.DescribeAsync("kv-node2"));
            await DoneAsync(app, "kv-node2", KnownResourceCommands.StartCommand);
            await app.HealthyAsync("kv-node2");
            using KvClient client = new(app.Endpoint("kv-node1", "grpc"));
            joined = (await MemberAsync(client, "kv-node2"))!.Id;
        }

        await using TestApplication again = await TestApplication.StartAsync(Describe);
        await again.HealthyAsync("kv-node2");
        Assert.Equal("NotStarted - -", await again.DescribeAsync("kv-node3"));
        using KvClient later = new(again.Endpoint("kv-node2", "grpc"));
        Assert.Equal(joined, (await later.Cluster.GetStatusAsync(_cancellation)).Id);

        void Describe(IDistributedApplicationBuilder builder) =>
            builder.AddKvStore("kv", nodes: 1).WithSpareNodes(2).WithDataBindMount(data.Path);
    }

    /// <summary>It would never be healthy again, and the next node would wait for that.</summary>
    [Fact]
    public async Task A_cluster_is_restarted_without_a_node_that_has_left()
    {
        await using TestApplication app = await TestApplication.StartAsync(builder => builder.AddKvStore("kv", nodes: 1).WithSpareNodes(2));
        await app.HealthyAsync("kv");
        using KvClient client = new(app.Endpoint("kv-node1", "grpc"));
        await DoneAsync(app, "kv-node2", KnownResourceCommands.StartCommand);
        int left = (await app.HealthyAsync("kv-node2")).ProcessId();
        await Eventually.IsAsync("kv-node2 is a member", "active", async limit => (await MemberAsync(client, "kv-node2", limit))?.State, _cancellation);
        // It is refused while its joining is not complete, which it may learn last.
        await Eventually.IsAsync("kv-node2 leaves", true, async _ => (await app.CommandAsync("kv-node2", "leave")).Success, _cancellation);
        await Eventually.IsAsync("kv-node2 has left", (string?)null, async limit => (await MemberAsync(client, "kv-node2", limit))?.Id, _cancellation);

        await DoneAsync(app, "kv", KnownResourceCommands.RestartCommand);
        Assert.Equal("NotStarted - -", await app.DescribeAsync("kv-node3"));
        Assert.Equal(left, (await app.StateAsync("kv-node2", KnownResourceStates.Running)).ProcessId());
    }

    private static string Offered(ResourceEvent change) =>
        string.Join(
            ", ",
            change
                .Snapshot.Commands.Where(command => command.Name is "plan-leave" or "leave" or "replace")
                .Select(command => $"{command.Name} {command.State}")
        );

    private static async Task<string> DoneAsync(TestApplication app, string node, string command)
    {
        ExecuteCommandResult result = await app.CommandAsync(node, command);
        Assert.True(result.Success, result.Message);
        return result.Message ?? "";
    }

    private static async Task<string> RefusedAsync(TestApplication app, string node, string command)
    {
        ExecuteCommandResult result = await app.CommandAsync(node, command);
        Assert.False(result.Success, result.Message);
        return result.Message ?? "";
    }

    private async Task<ClusterMember?> MemberAsync(KvClient client, string name, CancellationToken? limit = null) =>
        (await client.Cluster.GetTopologyAsync(limit ?? _cancellation)).Members.SingleOrDefault(member => member.Name == name);
}
