using KvStore.Node.Peers;

namespace KvStore.Tests.Peers;

public sealed class SimulatedPacketTests
{
    private const int HeadBits = 8 * (1 + 1 + 8 + 4);

    private static readonly SimulatedPacket Packet = new(SimulatedPacketKind.Open, LinkClass.Register, 0x5_0000_0003, new byte[] { 1, 2, 3 });

    [Fact]
    public void A_packet_comes_back_as_it_was()
    {
        Assert.True(SimulatedPacket.TryRead(Packet.ToBytes(), out SimulatedPacket read));
        Assert.Equal(Packet with { Frame = default }, read with { Frame = default });
        Assert.Equal(Packet.Frame.ToArray(), read.Frame.ToArray());
    }

    [Fact]
    public void A_damaged_head_goes_nowhere()
    {
        // A connection number that was damaged upwards would turn away every later connection of its process.
        for (int one = 0; one < HeadBits; one++)
        {
            for (int other = one; other < HeadBits; other++)
            {
                byte[] bytes = Packet.ToBytes();
                bytes[one / 8] ^= (byte)(1 << (one % 8));
                if (other != one)
                {
                    bytes[other / 8] ^= (byte)(1 << (other % 8));
                }

                Assert.False(SimulatedPacket.TryRead(bytes, out _), $"bits {one} and {other}");
            }
        }
    }

    [Fact]
    public void A_packet_cut_short_goes_nowhere()
    {
        byte[] bytes = Packet.ToBytes();
        for (int length = 0; length < HeadBits / 8; length++)
        {
            Assert.False(SimulatedPacket.TryRead(bytes.AsMemory(0, length), out _));
        }
    }
}
