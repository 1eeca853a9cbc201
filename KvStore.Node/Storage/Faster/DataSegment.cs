using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>One file of the data log, with the checksum of every block that was written to it.</summary>
internal sealed class DataSegment : IDisposable
{
    /// <summary>What is checked as one, and read at the least.</summary>
    public const int BlockLength = 4096;

    private readonly DiskFile? _file;
    private readonly uint[] _checksums;
    private readonly bool[] _written;

    private volatile Kept? _kept;
    private volatile bool _isUnsynced;

    private DataSegment(DiskFile? file, long bytes)
    {
        _file = file;
        _checksums = new uint[bytes / BlockLength];
        _written = new bool[bytes / BlockLength];
    }

    public static DataSegment Create(DiskDirectory directory, string name, long bytes) => new(directory.CreateFile(name), bytes);

    /// <summary>Opens a file whose blocks are still to be told of, by <see cref="Expect"/>.</summary>
    public static DataSegment Open(DiskDirectory directory, string name, long bytes) => new(directory.OpenFile(name), bytes);

    /// <summary>A file that is not there and cannot be made.</summary>
    public static DataSegment Missing(long bytes) => new(null, bytes);

    /// <summary>Holds a block in memory in place of what the file has, until it is written.</summary>
    public void Keep(byte[] block, long offset)
    {
        Expect(offset, Crc32C.Of(block, 0));
        _kept = new Kept(offset, block);
    }

    /// <summary>A block was written with this checksum, by a process before this one.</summary>
    public void Expect(long offset, uint checksum)
    {
        _checksums[offset / BlockLength] = checksum;
        _written[offset / BlockLength] = true;
    }

    public uint ChecksumAt(long offset)
    {
        Invariant.Holds(_written[offset / BlockLength]);
        return _checksums[offset / BlockLength];
    }

    /// <param name="blocks">Whole blocks.</param>
    public void Write(ReadOnlySpan<byte> blocks, long offset)
    {
        for (int at = 0; at < blocks.Length; at += BlockLength)
        {
            Expect(offset + at, Crc32C.Of(blocks.Slice(at, BlockLength), 0));
        }

        _file!.Write(blocks, offset);
        if (_kept is { } kept && kept.IsWithin(offset, blocks.Length))
        {
            _kept = null;
        }

        // Only now: a sync that is under way may not have taken it.
        _isUnsynced = true;
    }

    /// <returns>False when the file is closed, because it was deleted.</returns>
    /// <exception cref="IOException">When the disk fails.</exception>
    /// <exception cref="BlockMismatchException">When it gives back something else than was written, or a block is being written.</exception>
    public bool TryRead(Span<byte> blocks, long offset)
    {
        try
        {
            blocks[(_file?.Read(blocks, offset) ?? 0)..].Clear();
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        if (_kept is { } kept && kept.IsWithin(offset, blocks.Length))
        {
            kept.Block.CopyTo(blocks[(int)(kept.Offset - offset)..]);
        }

        for (int at = 0; at < blocks.Length; at += BlockLength)
        {
            int block = (int)((offset + at) / BlockLength);
            if (!_written[block])
            {
                blocks.Slice(at, BlockLength).Clear();
            }
            else if (_checksums[block] != Crc32C.Of(blocks.Slice(at, BlockLength), 0))
            {
                throw new BlockMismatchException(offset + at);
            }
        }

        return true;
    }

    /// <summary>Returns when what was written before the call is durable.</summary>
    public void Sync()
    {
        if (_isUnsynced)
        {
            _isUnsynced = false;
            _file!.Sync();
        }
    }

    public void Dispose() => _file?.Dispose();

    private sealed record Kept(long Offset, byte[] Block)
    {
        public bool IsWithin(long offset, int length) => Offset >= offset && Offset < offset + length;
    }
}
