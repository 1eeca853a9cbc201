using System.Collections.Concurrent;
using System.Globalization;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// The files of the data log, addressed as one. Each holds so many bytes of it, so that those below the beginning can be
/// deleted; where one ends and the next begins is no matter to the data log. Blocks are written by one thread at a time.
/// </summary>
internal sealed class DataLogFiles(DiskDirectory directory, long segmentBytes) : IDisposable
{
    private const string Suffix = ".data";

    private readonly ConcurrentDictionary<long, DataSegment> _segments = new();

    private volatile bool _hasNewFile;

    public string PathOf(long address) => directory.PathOf(NameOf(address / segmentBytes));

    /// <summary>Opens the files of a checkpoint.</summary>
    /// <param name="checksums">Of the blocks from the one at <paramref name="address"/> on.</param>
    /// <exception cref="IOException">When one is missing.</exception>
    public void Expect(long address, ReadOnlySpan<uint> checksums)
    {
        foreach (uint checksum in checksums)
        {
            (long number, long offset) = Math.DivRem(address, segmentBytes);
            if (!_segments.TryGetValue(number, out DataSegment? segment))
            {
                segment = _segments[number] = DataSegment.Open(directory, NameOf(number), segmentBytes);
            }

            segment.Expect(offset, checksum);
            address += DataSegment.BlockLength;
        }
    }

    /// <summary>The checksums of whole blocks that were written.</summary>
    public uint[] ChecksumsOf(long from, long to)
    {
        uint[] checksums = new uint[(to - from) / DataSegment.BlockLength];
        for (int i = 0; i < checksums.Length; i++)
        {
            (long number, long offset) = Math.DivRem(from + ((long)i * DataSegment.BlockLength), segmentBytes);
            checksums[i] = _segments[number].ChecksumAt(offset);
        }

        return checksums;
    }

    /// <param name="blocks">Whole blocks.</param>
    public void Write(ReadOnlySpan<byte> blocks, long address)
    {
        while (!blocks.IsEmpty)
        {
            (long number, long offset) = Math.DivRem(address, segmentBytes);
            int length = (int)Math.Min(blocks.Length, segmentBytes - offset);
            if (!_segments.TryGetValue(number, out DataSegment? segment))
            {
                segment = _segments[number] = DataSegment.Create(directory, NameOf(number), segmentBytes);
                _hasNewFile = true;
            }

            segment.Write(blocks[..length], offset);
            blocks = blocks[length..];
            address += length;
        }
    }

    /// <summary>
    /// Puts the block back in which a checkpoint's tail lies: into the file, or, where that cannot be written or has no room, in its
    /// place until it is written.
    /// </summary>
    public void Restore(byte[] block, long address)
    {
        (long number, long offset) = Math.DivRem(address, segmentBytes);
        if (!_segments.ContainsKey(number) && directory.HasFile(NameOf(number)))
        {
            // Never made anew: on a full disk a start has room for what is there and for nothing else.
            _segments[number] = DataSegment.Open(directory, NameOf(number), segmentBytes);
        }

        if (directory.IsReadOnly)
        {
            _segments.GetOrAdd(number, _ => DataSegment.Missing(segmentBytes)).Keep(block, offset);
            return;
        }

        try
        {
            Write(block, address);
        }
        catch (IOException exception) when (DiskError.IsDiskFull(exception) && _segments.TryGetValue(number, out DataSegment? segment))
        {
            segment.Keep(block, offset);
        }
    }

    /// <summary>Reads whole blocks; what was never written, or is deleted, reads as zeros.</summary>
    /// <exception cref="IOException">When the disk fails.</exception>
    /// <exception cref="BlockMismatchException">When it gives back something else than was written, or a block is being written.</exception>
    public void Read(Span<byte> blocks, long address)
    {
        while (!blocks.IsEmpty)
        {
            (long number, long offset) = Math.DivRem(address, segmentBytes);
            int length = (int)Math.Min(blocks.Length, segmentBytes - offset);
            if (!_segments.TryGetValue(number, out DataSegment? segment) || !segment.TryRead(blocks[..length], offset))
            {
                blocks[..length].Clear();
            }

            blocks = blocks[length..];
            address += length;
        }
    }

    /// <summary>Returns when all that was written before the call is durable.</summary>
    public void Sync()
    {
        foreach (DataSegment segment in _segments.Values)
        {
            segment.Sync();
        }

        if (_hasNewFile)
        {
            _hasNewFile = false;
            directory.Sync();
        }
    }

    /// <summary>Deletes the files that hold nothing at or above an address, whoever wrote them.</summary>
    public void DeleteBelow(long address) => Delete(number => (number + 1) * segmentBytes <= address);

    /// <summary>Deletes the files that hold nothing below an address: remains of a process that had come further.</summary>
    public void DeleteFrom(long address) => Delete(number => number * segmentBytes >= address);

    public void Dispose()
    {
        foreach (DataSegment segment in _segments.Values)
        {
            segment.Dispose();
        }
    }

    private static string NameOf(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + Suffix;

    private void Delete(Func<long, bool> which)
    {
        foreach (string name in directory.Files().ToList())
        {
            if (name.EndsWith(Suffix, StringComparison.Ordinal)
                && long.TryParse(name[..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                && which(number))
            {
                if (_segments.TryRemove(number, out DataSegment? segment))
                {
                    segment.Dispose();
                }

                directory.DeleteFile(name);
            }
        }
    }
}
