using System.Buffers.Binary;

namespace KvStore.Tests.Simulation.StartUp;

/// <summary>What one process sends to a port of a machine.</summary>
/// <param name="ToPort">A machine refuses what comes for another port than the one its process listens on.</param>
/// <param name="FromPort">Where an answer goes.</param>
/// <param name="Sent">By virtual time.</param>
/// <param name="Number">Of a question and its answer.</param>
internal readonly record struct StartFrame(StartFrameKind Kind, int ToPort, int FromPort, TimeSpan Sent, long Number, ReadOnlyMemory<byte> Payload)
{
    private const int HeadLength = 1 + 4 + 4 + 8 + 8;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[HeadLength + Payload.Length];
        bytes[0] = (byte)Kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), ToPort);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), FromPort);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), Sent.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), Number);
        Payload.Span.CopyTo(bytes.AsSpan(HeadLength));
        return bytes;
    }

    public static StartFrame Read(ReadOnlyMemory<byte> bytes) => new(
        (StartFrameKind)bytes.Span[0],
        BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[1..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[5..]),
        TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[9..])),
        BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[17..]),
        bytes[HeadLength..]);
}
