using System.Buffers;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.FrontEnds.Resp;
using KvStore.Node.Topology;
using KvStore.Tests.Cluster;
using KvStore.Tests.Coordination;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>What clients in cluster mode are told of all slots: how long it is, and how often it is made.</summary>
public sealed class ClusterRepliesTests
{
    /// <summary>docs/redis.md says what these come to; a table that becomes more scattered, or a longer form, is to be known of.</summary>
    [Theory]
    [InlineData(3, 11_000, 1_100_000)]
    [InlineData(5, 13_500, 1_400_000)]
    [InlineData(8, 14_700, 1_500_000)]
    public void It_is_thousands_of_ranges_and_some_megabyte(int members, int rangesMax, int bytesMax)
    {
        TopologySnapshot topology = Owners.Topology(members, 3);
        ClusterServer[] servers = ServersOf(topology);
        int ranges = servers.Sum(server => server.Slots.Count);
        int slots = LengthOf(ClusterReplies.Slots(servers));
        int shards = LengthOf(ClusterReplies.Shards("port", servers));
        int nodes = LengthOf(ClusterReplies.Nodes(servers[0].Member.Id, topology, servers));
        TestContext.Current.SendDiagnosticMessage($"{members} members: {ranges} ranges; SLOTS {slots}, SHARDS {shards}, NODES {nodes} bytes");
        Assert.InRange(ranges, 1_000, rangesMax);
        Assert.InRange(slots, 500_000, bytesMax);
        Assert.InRange(shards, 100_000, slots / 4);
        Assert.InRange(nodes, 50_000, shards);
    }

    [Fact]
    public async Task It_is_made_once_while_nothing_changes()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0, Cluster = true } });
        ClusterFacade facade = node.Services.GetRequiredService<ClusterFacade>();
        await facade.Ready;
        int made = 0;
        Ask(2);
        Ask(2);
        Assert.Equal(1, made);
        Ask(3);
        Ask(2);
        Ask(3);
        Assert.Equal(2, made);

        // Whoever asks the members where they are puts it right again within a second.
        RespAddresses addresses = node.Services.GetRequiredService<RespAddresses>();
        await Eventually.IsAsync(
            "another address",
            true,
            _ =>
            {
                int before = made;
                addresses.Put(facade.Self, "tcp://elsewhere:1");
                Ask(2);
                return Task.FromResult(made > before);
            },
            TestContext.Current.CancellationToken);

        void Ask(int protocol) => facade.Answer("asked", protocol, (_, servers) =>
        {
            made++;
            return ClusterReplies.Slots(servers);
        });
    }

    private static int LengthOf(RespReply reply)
    {
        ArrayBufferWriter<byte> written = new();
        RespWriter.Write(written, reply, RespWriter.OldProtocol);
        return written.WrittenCount;
    }

    private static ClusterServer[] ServersOf(TopologySnapshot topology)
    {
        IReadOnlyList<IReadOnlyList<(int First, int Last)>> shares = SlotSharing.Of(topology, [.. topology.Document.Members.Select(member => member.Id)]);
        return [.. topology.Document.Members.Select((member, place) => new ClusterServer(member, new Uri($"tcp://127.0.0.1:{6380 + member.Ordinal}"), "", IsConnected: true, shares[place]))];
    }
}
