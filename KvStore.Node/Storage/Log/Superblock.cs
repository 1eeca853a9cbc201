using System.Buffers.Binary;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// What a store knows of itself before it has read its log. Little-endian, one sector: magic (8) · format (4) · generation (8) ·
/// boots (8) · durable LSN (8) · first segment (8) · last segment (8) · cluster (16) · member (16) · first LSN (8) · zeros · CRC32C
/// (4).
/// </summary>
/// <param name="Cluster">The cluster the directory belongs to.</param>
/// <param name="Member">The member it belongs to.</param>
/// <param name="Generation">Counts the writes of this block: of two copies the higher one stands.</param>
/// <param name="BootCount">How often the store was opened.</param>
/// <param name="DurableLsn">
/// The log reaches at least this far. Raised when the log rests, when a segment is added and at the end, not at every commit:
/// between, a frame that was acknowledged is known by those written after it.
/// </param>
/// <param name="SegmentFirst">The oldest segment needed. Raised before those below it are deleted.</param>
/// <param name="SegmentLast">The newest segment that may hold frames: raised before one is put there.</param>
/// <param name="LsnFirst">What the oldest segment begins with; what was before it is in every checkpoint.</param>
internal sealed record Superblock(
    ClusterId Cluster, MemberId Member, long Generation, long BootCount, long DurableLsn, long SegmentFirst, long SegmentLast, long LsnFirst)
{
    /// <summary>The format of everything in a store's directory. Another one is refused.</summary>
    public const int FormatCurrent = 2;

    public const int Length = 512;

    private const ulong Magic = 0x0A42_532D_564B_FFFF;
    private const int ChecksumAt = Length - 4;

    public void WriteTo(Span<byte> destination)
    {
        destination[..Length].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], FormatCurrent);
        BinaryPrimitives.WriteInt64LittleEndian(destination[12..], Generation);
        BinaryPrimitives.WriteInt64LittleEndian(destination[20..], BootCount);
        BinaryPrimitives.WriteInt64LittleEndian(destination[28..], DurableLsn);
        BinaryPrimitives.WriteInt64LittleEndian(destination[36..], SegmentFirst);
        BinaryPrimitives.WriteInt64LittleEndian(destination[44..], SegmentLast);
        Cluster.Value.TryWriteBytes(destination[52..], bigEndian: true, out _);
        Member.Value.TryWriteBytes(destination[68..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(destination[84..], LsnFirst);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumAt..], Crc32C.Of(destination[..ChecksumAt], 0));
    }

    /// <summary>Reads a copy whose checksum holds, of any format: only <see cref="FormatCurrent"/> has the rest in these places.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out int format, out Superblock? superblock)
    {
        format = 0;
        superblock = null;
        if (source.Length != Length
            || BinaryPrimitives.ReadUInt64LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumAt..]) != Crc32C.Of(source[..ChecksumAt], 0))
        {
            return false;
        }

        format = BinaryPrimitives.ReadInt32LittleEndian(source[8..]);
        if (format == FormatCurrent)
        {
            superblock = new Superblock(
                new ClusterId(new Guid(source.Slice(52, 16), bigEndian: true)),
                new MemberId(new Guid(source.Slice(68, 16), bigEndian: true)),
                BinaryPrimitives.ReadInt64LittleEndian(source[12..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[20..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[28..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[36..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[44..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[84..]));
        }

        return true;
    }
}
