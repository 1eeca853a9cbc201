using KvStore.Node;
using KvStore.Node.Configuration;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>CLUSTER at a node that is alone in its cluster, and at one where it is off.</summary>
public sealed class RespClusterModeTests : IAsyncLifetime
{
    private RunningNode _node = null!;

    private int Port => _node.RespEndPoint.Port;

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0, Cluster = true } });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_node_says_that_it_is_one_of_a_cluster_and_has_every_slot()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(_node);
        string id = (await talk.AskAsync("CLUSTER MYID"))[1..];
        Assert.Matches("^[0-9a-f]{32}0{8}$", id);
        Assert.Equal($"${id}", await talk.AskAsync("CLUSTER MYSHARDID"));
        Assert.Equal($"[[:0, :16383, [$127.0.0.1, :{Port}, ${id}, []]]]", await talk.AskAsync("cluster slots"));
        Assert.Equal(
            $"[[$slots, [:0, :16383], $nodes, [[$id, ${id}, $port, :{Port}, $ip, $127.0.0.1, $endpoint, $127.0.0.1, $role, $master, $replication-offset, :0, $health, $online]]]]",
            await talk.AskAsync("CLUSTER SHARDS"));
        Assert.Equal($"${id} 127.0.0.1:{Port}@{_node.GrpcEndPoint.Port} myself,master - 0 0 1 connected 0-16383\n", await talk.AskAsync("CLUSTER NODES"));
        Assert.Equal(
            "$cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:0\r\n"
                + "cluster_known_nodes:1\r\ncluster_size:1\r\ncluster_current_epoch:1\r\ncluster_my_epoch:1\r\n",
            await talk.AskAsync("CLUSTER INFO"));
        Assert.Equal("$# Cluster\r\ncluster_enabled:1\r\n", await talk.AskAsync("INFO cluster"));
        Assert.Contains("\r\nredis_mode:cluster\r\n", await talk.AskAsync("INFO server"), StringComparison.Ordinal);
        Assert.Equal("[$cluster-enabled, $yes]", await talk.AskAsync("CONFIG GET cluster-enabled"));
        Assert.Contains(", $mode, $cluster, ", await talk.AskAsync("HELLO 3"), StringComparison.Ordinal);
        Assert.Equal($"[[:0, :16383, [$127.0.0.1, :{Port}, ${id}, %[]]]]", await talk.AskAsync("CLUSTER SLOTS"));
        Assert.Equal(("+OK", "+OK", "+OK"), (await talk.AskAsync("ASKING"), await talk.AskAsync("READONLY"), await talk.AskAsync("READWRITE")));
    }

    [Fact]
    public async Task Keys_are_in_the_slots_that_clients_compute()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(_node);
        Assert.Equal(":12182", await talk.AskAsync("CLUSTER KEYSLOT foo"));
        Assert.Equal(":5061", await talk.AskAsync("CLUSTER KEYSLOT bar"));
        Assert.Equal(":5061", await talk.AskAsync("CLUSTER KEYSLOT {bar}foo"));
        Assert.Equal(":0", await talk.AskAsync("CLUSTER COUNTKEYSINSLOT 12182"));
        Assert.Equal("+OK", await talk.AskAsync("MSET foo 1 {foo}:a 2 {foo}:b 3 bar 4"));
        Assert.Equal(":3", await talk.AskAsync("CLUSTER COUNTKEYSINSLOT 12182"));
        Assert.Equal(":1", await talk.AskAsync("CLUSTER COUNTKEYSINSLOT 5061"));
        Assert.Equal("[$foo, ${foo}:a, ${foo}:b]", await talk.AskAsync("CLUSTER GETKEYSINSLOT 12182 10"));
        Assert.Equal("[$foo, ${foo}:a]", await talk.AskAsync("CLUSTER GETKEYSINSLOT 12182 2"));
        Assert.Equal("[]", await talk.AskAsync("CLUSTER GETKEYSINSLOT 12182 0"));
        Assert.Equal("-ERR Invalid number of keys", await talk.AskAsync("CLUSTER GETKEYSINSLOT 12182 -1"));
        Assert.Equal("-ERR Invalid slot", await talk.AskAsync("CLUSTER COUNTKEYSINSLOT 16384"));
        Assert.Equal("-ERR value is not an integer or out of range", await talk.AskAsync("CLUSTER COUNTKEYSINSLOT x"));
        Assert.StartsWith("-ERR unknown subcommand or wrong number of arguments for 'FAILOVER'.", await talk.AskAsync("CLUSTER FAILOVER"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_is_off_the_answer_is_that_of_Redis()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0 } });
        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        foreach (string question in new[] { "INFO", "SLOTS", "KEYSLOT a" })
        {
            Assert.StartsWith("-ERR This instance has cluster support disabled", await talk.AskAsync($"CLUSTER {question}"), StringComparison.Ordinal);
        }

        Assert.Equal("-ERR wrong number of arguments for 'cluster' command", await talk.AskAsync("CLUSTER"));
        Assert.Equal("[$cluster-enabled, $no]", await talk.AskAsync("CONFIG GET cluster-enabled"));
    }
}
