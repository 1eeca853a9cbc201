using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Peers;

public sealed class GrpcGossipTests
{
    [Fact]
    public async Task A_packet_arrives_by_its_own_connection_and_one_of_another_cluster_counts_for_nothing()
    {
        await using NetworkMember member = await NetworkMember.StartAsync("b");
        using GrpcGossip gossip = new(TimeProvider.System, member.Logger);
        gossip.Send(member.Address, Packet("stranger", ClusterId.FromName("another")));
        gossip.Send(member.Address, [1, 2, 3]);
        gossip.Send(member.Address, Packet("a", Messages.Cluster));
        IReadOnlyList<(MemberId From, Epoch Epoch)> heard = await member.Gossip.Until(all => all.Count > 0, "a packet has arrived");
        Assert.Equal([(Messages.Member("a"), new Epoch(7))], heard);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_lost_without_a_word_to_the_sender()
    {
        await using NetworkMember member = await NetworkMember.StartAsync("b");
        using GrpcGossip gossip = new(TimeProvider.System, member.Logger);
        gossip.Send("no address", Packet("a", Messages.Cluster));
        gossip.Send("http://127.0.0.1:1", Packet("a", Messages.Cluster));

        // Closed and dialled again.
        gossip.Send(member.Address, Packet("a", Messages.Cluster));
        await member.Gossip.Until(all => all.Count == 1, "the first has arrived");
        gossip.Keep([]);
        gossip.Send(member.Address, Packet("c", Messages.Cluster));
        await member.Gossip.Until(all => all.Count == 2, "the second has arrived");
    }

    private static byte[] Packet(string from, ClusterId cluster) => GossipCodec.Encode(new GossipPacket(
        cluster,
        new Epoch(7),
        new GossipMessage(GossipMessageKind.Gossip, Messages.Member(from), Messages.Member("b"), 0, Messages.Member("b"), [])));
}
