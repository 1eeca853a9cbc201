using System.Buffers.Binary;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// One frame of the log. Little-endian: magic (4) · CRC32C of all that follows (4) · payload length (4) · LSN (8) · synced (8)
/// · slot (2) · kind (1) · zero (1) · payload · zeros up to a multiple of <see cref="Alignment"/>. The checksum starts from the segment's seed, so that neither a frame of another
/// segment nor one that a client put into a value passes.
/// </summary>
/// <param name="Lsn">Its place in the log, dense from 1; of a <see cref="LogFrameKind.CommitEnd"/> that of the frame before.</param>
/// <param name="Synced">Everything up to this LSN was on disk when the frame was written: what makes a bad frame before it a loss.</param>
/// <param name="Slot">The slot of a record's or a purge's key; 0 otherwise.</param>
/// <param name="Kind">What the payload is.</param>
/// <param name="PayloadLength">Bytes after the header.</param>
internal readonly record struct LogFrame(long Lsn, long Synced, ushort Slot, LogFrameKind Kind, int PayloadLength)
{
    public const int HeaderLength = 32;

    /// <summary>Where frames begin, so that what a frame has in its first sector is never too little to be told from filler.</summary>
    public const int Alignment = 16;

    private const uint Magic = 0xF5A7_4C57;
    private const int CheckedFrom = 8;

    public static ReadOnlySpan<byte> MagicBytes => [0x57, 0x4C, 0xA7, 0xF5];

    public int Length => LengthWith(PayloadLength);

    public static int LengthWith(int payloadLength) => (HeaderLength + payloadLength + Alignment - 1) / Alignment * Alignment;

    /// <summary>Writes all but the payload and what <see cref="Seal"/> knows.</summary>
    public void WriteTo(Span<byte> destination)
    {
        destination[(HeaderLength + PayloadLength)..Length].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], PayloadLength);
        BinaryPrimitives.WriteInt64LittleEndian(destination[12..], Lsn);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[28..], Slot);
        destination[30] = (byte)Kind;
        destination[31] = 0;
    }

    /// <summary>Finishes a frame whose header and payload stand at the beginning of <paramref name="bytes"/>.</summary>
    /// <returns>The frame's length.</returns>
    public static int Seal(Span<byte> bytes, long synced, uint seed)
    {
        int payloadLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[20..], synced);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Crc32C.Of(bytes[CheckedFrom..(HeaderLength + payloadLength)], seed));
        return LengthWith(payloadLength);
    }

    /// <returns>Whether <paramref name="bytes"/> begin with a whole and undamaged frame.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, uint seed, out LogFrame frame)
    {
        frame = default;
        if (bytes.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            return false;
        }

        int payloadLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (payloadLength < 0
            || payloadLength > bytes.Length - HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc32C.Of(bytes[CheckedFrom..(HeaderLength + payloadLength)], seed))
        {
            return false;
        }

        return TryReadHeader(bytes, out frame);
    }

    /// <summary>Reads what a header says without knowing whether it is true: for a frame whose end is not there.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out LogFrame frame)
    {
        frame = new LogFrame(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]),
            (LogFrameKind)bytes[30],
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic;
    }
}
