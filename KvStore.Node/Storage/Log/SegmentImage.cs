namespace KvStore.Node.Storage.Log;

/// <summary>A whole segment as it was read from disk, for recovery. The memory is reused for the next one.</summary>
internal sealed class SegmentImage
{
    private byte[] _bytes = [];
    private LogFiller _filler = new(0);

    public string Path { get; private set; } = "";

    public SegmentHeader Header { get; private set; } = null!;

    public int Length => (int)Header.SegmentBytes;

    /// <exception cref="StoreRefusal">When the file is missing, of another length than it says, or not that segment.</exception>
    public void Load(DiskDirectory directory, long number, Superblock superblock)
    {
        string name = LogSegment.NameOf(number);
        Path = directory.PathOf(name);
        if (!directory.HasFile(name))
        {
            throw StoreDamage.At(Path, 0, "the file is missing, and the superblock says it was in use");
        }

        using DiskFile file = directory.OpenRead(name);
        long length = file.Length;
        if (_bytes.Length < length && length <= Array.MaxLength)
        {
            _bytes = GC.AllocateUninitializedArray<byte>((int)length);
        }

        int read = file.Read(_bytes.AsSpan(0, (int)Math.Min(length, _bytes.Length)), 0);
        if (!SegmentHeader.TryRead(_bytes.AsSpan(0, read), out SegmentHeader? header)
            || header!.Number != number
            || header.Cluster != superblock.Cluster
            || header.Member != superblock.Member)
        {
            throw StoreDamage.At(Path, 0, $"its header is not that of segment {number} of this member");
        }

        if (length != header.SegmentBytes)
        {
            throw StoreDamage.At(Path, Math.Min(length, header.SegmentBytes), $"it has {length} bytes instead of {header.SegmentBytes}");
        }

        Header = header;
        _filler = new LogFiller(header.Seed);
    }

    public Memory<byte> Slice(int offset, int length) => _bytes.AsMemory(offset, length);

    public bool TryReadFrame(int offset, out LogFrame frame) => LogFrame.TryRead(_bytes.AsSpan(offset, Length - offset), Header.Seed, out frame);

    /// <summary>The first whole frame at or after an offset.</summary>
    /// <returns>Its offset, or -1.</returns>
    public int FindFrame(int from, out LogFrame frame)
    {
        while (from < Length)
        {
            int found = _bytes.AsSpan(from, Length - from).IndexOf(LogFrame.MagicBytes);
            if (found < 0)
            {
                break;
            }

            from += found;
            if (from % LogFrame.Alignment == 0 && TryReadFrame(from, out frame))
            {
                return from;
            }

            from++;
        }

        frame = default;
        return -1;
    }

    /// <returns>Where the first byte at or after <paramref name="from"/> is that was written; -1 if none was.</returns>
    public int FirstWritten(int from)
    {
        int found = _filler.FirstWritten(_bytes.AsSpan(from, Length - from), from);
        return found < 0 ? -1 : from + found;
    }

    /// <summary>
    /// Where what was written at an offset ends: at a sector, or what is left of the first one, that holds nothing but filler, or at
    /// the filler that fills the rest of a sector before one.
    /// </summary>
    public int EndOfWritten(int from)
    {
        int end = from;
        for (int at = from; at < Length; at = SectorAfter(at))
        {
            ReadOnlySpan<byte> sector = _bytes.AsSpan(at, SectorAfter(at) - at);
            if (_filler.FirstWritten(sector, at) < 0)
            {
                break;
            }

            end = at + _filler.LastWritten(sector, at) + 1;
        }

        return end;
    }

    /// <summary>
    /// Whether the frame that is due at an offset was written as far as <paramref name="end"/> and goes on behind it: then the rest of
    /// it never reached the disk. A frame that would end before is not torn but damaged, and so is one that does not begin as it must.
    /// </summary>
    public bool IsCutShort(int offset, int end, long lsnDue)
    {
        ReadOnlySpan<byte> written = _bytes.AsSpan(offset, Math.Min(end - offset, LogFrame.HeaderLength));
        ReadOnlySpan<byte> magic = LogFrame.MagicBytes;
        if (written.Length < LogFrame.HeaderLength)
        {
            int known = Math.Min(written.Length, magic.Length);
            return written[..known].SequenceEqual(magic[..known]);
        }

        return LogFrame.TryReadHeader(written, out LogFrame frame)
            && frame.Lsn == (frame.Kind == LogFrameKind.CommitEnd ? lsnDue - 1 : lsnDue)
            && frame.PayloadLength >= 0
            && frame.PayloadLength <= Length - offset
            && offset + frame.Length > end;
    }

    private int SectorAfter(int at) => Math.Min(Length, (at / LogFiller.SectorLength * LogFiller.SectorLength) + LogFiller.SectorLength);
}
