namespace KvStore.Node.Peers;

/// <summary>
/// One packet of the simulated wire: kind (1) · class (1) · connection (8) · check of these (4) · the frame (the rest). As on a
/// real network a damaged head goes nowhere; damage that gets through hits the frame, which has a checksum of its own.
/// </summary>
/// <param name="Connection">The dialling process's incarnation in the upper half, its count of connections in the lower.</param>
internal readonly record struct SimulatedPacket(
    SimulatedPacketKind Kind, LinkClass LinkClass, long Connection, ReadOnlyMemory<byte> Frame = default)
{
    private const int HeadLength = 1 + 1 + 8 + 4;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[HeadLength + Frame.Length];
        WireWriter writer = new(bytes);
        writer.Byte((byte)Kind);
        writer.Byte((byte)LinkClass);
        writer.Int64(Connection);
        writer.UInt32(Check(Kind, LinkClass, Connection));
        writer.Bytes(Frame.Span);
        return bytes;
    }

    /// <summary>Reads a packet; its frame is a copy, because a duplicated packet is delivered twice.</summary>
    /// <returns>False if damage left nothing that could be a packet.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out SimulatedPacket packet)
    {
        WireReader reader = new(bytes);
        packet = new SimulatedPacket((SimulatedPacketKind)reader.Byte(), (LinkClass)reader.Byte(), reader.Int64());
        uint check = reader.UInt32();
        packet = packet with { Frame = reader.Span(reader.Left).ToArray() };
        return !reader.Failed && check == Check(packet.Kind, packet.LinkClass, packet.Connection);
    }

    /// <summary>Mixes every bit of the head into 32.</summary>
    private static uint Check(SimulatedPacketKind kind, LinkClass linkClass, long connection)
    {
        ulong mixed = (ulong)connection * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 29) ^ ((ulong)kind << 8) ^ (ulong)linkClass) * 0xD6E8FEB86659FD93;
        return (uint)(mixed >> 32);
    }
}
