using KvStore.Node.Membership;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Peers;

public sealed class GossipCodecTests
{
    private static readonly ClusterId Cluster = ClusterId.FromName("test");

    [Fact]
    public void A_packet_reads_back()
    {
        GossipPacket packet = Sample();
        byte[] bytes = GossipCodec.Encode(packet);
        Assert.Equal(GossipCodec.HeaderLength + (2 * GossipCodec.ClaimLength), bytes.Length);
        Assert.True(GossipCodec.TryDecode(bytes, out GossipPacket? back, out _));
        Assert.Equal((packet.Cluster, packet.Epoch), (back.Cluster, back.Epoch));
        Assert.Equal(packet.Vitals, back.Vitals);
        Assert.Equal(packet.Message.Claims, back.Message.Claims);
        Assert.Equal(packet.Message with { Claims = [] }, back.Message with { Claims = [] });
    }

    [Fact]
    public void No_flipped_bit_and_no_missing_byte_is_taken_for_a_packet()
    {
        byte[] bytes = GossipCodec.Encode(Sample());
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(GossipCodec.TryDecode(bytes, out _, out string? problem));
            Assert.NotNull(problem);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(GossipCodec.TryDecode(bytes.AsMemory(0, length), out _, out _));
        }
    }

    [Fact]
    public void A_claim_that_nobody_could_refute_is_refused()
    {
        LivenessClaim claim = new(Member("a"), Liveness.Dead, LivenessClaim.IncarnationMax + 1, Member("b"));
        GossipPacket packet = Sample() with { Message = Sample().Message with { Claims = [claim] } };
        Assert.False(GossipCodec.TryDecode(GossipCodec.Encode(packet), out _, out string? problem));
        Assert.Equal("its fields make no sense", problem);
    }

    private static GossipPacket Sample() => new(Cluster, new Epoch(7), new GossipMessage(
        GossipMessageKind.PingRequest,
        Member("a"),
        Member("b"),
        42,
        Member("c"),
        [
            new LivenessClaim(Member("c"), Liveness.Suspect, LivenessClaim.IncarnationOfBoot(3), Member("a")),
            new LivenessClaim(Member("d"), Liveness.Dead, 0, Member("b")),
        ]))
    {
        Vitals = new VitalSigns(5, 6, 7, new EvictionSigns(Member("d"), Member("c"), 8)),
    };

    private static MemberId Member(string name) => MemberId.FromName(Cluster, name);
}
