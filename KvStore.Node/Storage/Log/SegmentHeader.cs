using System.Buffers.Binary;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// The first block of a segment. Little-endian: magic (8) · format (4) · number (8) · size of the file (8) · seed (4) · cluster
/// (16) · member (16) · zeros · CRC32C (4, the block's last). Written once.
/// </summary>
/// <param name="Number">From 1; segments follow one another.</param>
/// <param name="SegmentBytes">The file's size, this block included.</param>
/// <param name="Seed">Where the checksums of its frames start, and its filler. Random.</param>
/// <param name="Cluster">Whose log it is.</param>
/// <param name="Member">Whose log it is.</param>
internal sealed record SegmentHeader(long Number, long SegmentBytes, uint Seed, ClusterId Cluster, MemberId Member)
{
    public const int Length = 4096;

    private const ulong Magic = 0x0A47_4F4C_2D56_4BFF;
    private const int ChecksumAt = Length - 4;

    public void WriteTo(Span<byte> destination)
    {
        destination[..Length].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Superblock.FormatCurrent);
        BinaryPrimitives.WriteInt64LittleEndian(destination[12..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(destination[20..], SegmentBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[28..], Seed);
        Cluster.Value.TryWriteBytes(destination[32..], bigEndian: true, out _);
        Member.Value.TryWriteBytes(destination[48..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumAt..], Crc32C.Of(destination[..ChecksumAt], 0));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentHeader? header)
    {
        header = null;
        if (source.Length < Length
            || BinaryPrimitives.ReadUInt64LittleEndian(source) != Magic
            || BinaryPrimitives.ReadInt32LittleEndian(source[8..]) != Superblock.FormatCurrent
            || BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumAt..]) != Crc32C.Of(source[..ChecksumAt], 0))
        {
            return false;
        }

        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(source[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[28..]),
            new ClusterId(new Guid(source.Slice(32, 16), bigEndian: true)),
            new MemberId(new Guid(source.Slice(48, 16), bigEndian: true)));
        return true;
    }
}
