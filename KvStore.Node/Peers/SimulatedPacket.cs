namespace KvStore.Node.Peers;

/// <summary>
/// One packet of the simulated wire: kind (1) · class (1) · connection (8) · the frame (the rest).
/// </summary>
/// <param name="Connection">The dialling process's incarnation in the upper half, its count of connections in the lower.</param>
internal readonly record struct SimulatedPacket(
    SimulatedPacketKind Kind, LinkClass LinkClass, long Connection, ReadOnlyMemory<byte> Frame = default)
{
    private const int HeadLength = 1 + 1 + 8;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[HeadLength + Frame.Length];
        WireWriter writer = new(bytes);
        writer.Byte((byte)Kind);
        writer.Byte((byte)LinkClass);
        writer.Int64(Connection);
        writer.Bytes(Frame.Span);
        return bytes;
    }

    /// <summary>Reads a packet; its frame is a copy, because a duplicated packet is delivered twice.</summary>
    /// <returns>False if damage left nothing that could be a packet.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out SimulatedPacket packet)
    {
        WireReader reader = new(bytes);
        packet = new SimulatedPacket(
            (SimulatedPacketKind)reader.Byte(), (LinkClass)reader.Byte(), reader.Int64(), reader.Span(reader.Left).ToArray());
        return !reader.Failed && Enum.IsDefined(packet.Kind) && Enum.IsDefined(packet.LinkClass);
    }
}
