using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Checkpoints;

/// <summary>
/// A checkpoint's manifest. Little-endian: magic (8) · format (4) · cluster (16) · member (16) · number (8) · LSN (8) · begin (8)
/// · tail (8) · segment, page and index size (8 each) · live bytes (8) · lengths of the three parts that follow (4 each) and
/// number of facts (4) · durable LSN (8) · checksums · tail block · counts · facts, each kind (1), number (8), length (4), payload · CRC32C of all
/// before it (4).
/// </summary>
internal static class CheckpointCodec
{
    private const ulong Magic = 0x0A54_4B43_2D56_4BFF;
    private const int HeaderLength = 132;
    private const int FactHeaderLength = 13;
    private const int ChecksumLength = 4;

    public static byte[] Write(Checkpoint checkpoint)
    {
        ReadOnlySpan<byte> checksums = MemoryMarshal.AsBytes(checkpoint.Checksums.Span);
        int length = HeaderLength + checksums.Length + checkpoint.TailBlock.Length + checkpoint.Counts.Length
            + checkpoint.Facts.Sum(fact => FactHeaderLength + fact.Payload.Length) + ChecksumLength;
        ArrayBufferWriter<byte> writer = new(length);
        WriteHeader(checkpoint, checksums.Length, writer.GetSpan(HeaderLength));
        writer.Advance(HeaderLength);
        writer.Write(checksums);
        writer.Write(checkpoint.TailBlock.Span);
        writer.Write(checkpoint.Counts.Span);
        foreach (Fact fact in checkpoint.Facts)
        {
            Span<byte> header = writer.GetSpan(FactHeaderLength);
            header[0] = (byte)fact.Kind;
            BinaryPrimitives.WriteInt64LittleEndian(header[1..], fact.Number);
            BinaryPrimitives.WriteInt32LittleEndian(header[9..], fact.Payload.Length);
            writer.Advance(FactHeaderLength);
            writer.Write(fact.Payload.Span);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(ChecksumLength), Crc32C.Of(writer.WrittenSpan, 0));
        writer.Advance(ChecksumLength);
        return writer.WrittenSpan.ToArray();
    }

    /// <returns>Null if the bytes are no whole and undamaged manifest of this format.</returns>
    public static Checkpoint? TryRead(ReadOnlyMemory<byte> source)
    {
        ReadOnlySpan<byte> bytes = source.Span;
        if (bytes.Length < HeaderLength + ChecksumLength
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != Superblock.FormatCurrent
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumLength..]) != Crc32C.Of(bytes[..^ChecksumLength], 0))
        {
            return null;
        }

        int checksums = BinaryPrimitives.ReadInt32LittleEndian(bytes[108..]);
        int tail = BinaryPrimitives.ReadInt32LittleEndian(bytes[112..]);
        int counts = BinaryPrimitives.ReadInt32LittleEndian(bytes[116..]);
        ReadOnlyMemory<byte> rest = source[HeaderLength..^ChecksumLength];
        return new Checkpoint(
            new ClusterId(new Guid(bytes.Slice(12, 16), bigEndian: true)),
            new MemberId(new Guid(bytes.Slice(28, 16), bigEndian: true)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[44..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[52..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[124..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[60..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[68..]),
            new CheckpointLayout(
                BinaryPrimitives.ReadInt64LittleEndian(bytes[76..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[84..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[92..])),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[100..]),
            MemoryMarshal.Cast<byte, uint>(rest.Span[..checksums]).ToArray(),
            rest.Slice(checksums, tail),
            rest.Slice(checksums + tail, counts),
            ReadFacts(rest[(checksums + tail + counts)..], BinaryPrimitives.ReadInt32LittleEndian(bytes[120..])));
    }

    private static void WriteHeader(Checkpoint checkpoint, int checksumBytes, Span<byte> header)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Superblock.FormatCurrent);
        checkpoint.Cluster.Value.TryWriteBytes(header[12..], bigEndian: true, out _);
        checkpoint.Member.Value.TryWriteBytes(header[28..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(header[44..], checkpoint.Number);
        BinaryPrimitives.WriteInt64LittleEndian(header[52..], checkpoint.Lsn);
        BinaryPrimitives.WriteInt64LittleEndian(header[60..], checkpoint.BeginAddress);
        BinaryPrimitives.WriteInt64LittleEndian(header[68..], checkpoint.TailAddress);
        BinaryPrimitives.WriteInt64LittleEndian(header[76..], checkpoint.Layout.SegmentBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[84..], checkpoint.Layout.PageBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[92..], checkpoint.Layout.IndexBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[100..], checkpoint.LiveBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[108..], checksumBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[112..], checkpoint.TailBlock.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[116..], checkpoint.Counts.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[120..], checkpoint.Facts.Count);
        BinaryPrimitives.WriteInt64LittleEndian(header[124..], checkpoint.LsnDurable);
    }

    private static List<Fact> ReadFacts(ReadOnlyMemory<byte> source, int count)
    {
        List<Fact> facts = new(count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = source.Span[..FactHeaderLength];
            int length = BinaryPrimitives.ReadInt32LittleEndian(header[9..]);
            facts.Add(new Fact(
                (FactKind)header[0], BinaryPrimitives.ReadInt64LittleEndian(header[1..]), source.Slice(FactHeaderLength, length)));
            source = source[(FactHeaderLength + length)..];
        }

        return facts;
    }
}
