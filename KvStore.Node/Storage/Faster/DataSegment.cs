using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>One file of the data log's cold part, with the checksum of every block that was written to it.</summary>
internal sealed class DataSegment(DiskDirectory directory, string name, long bytes) : IDisposable
{
    /// <summary>What is checked as one, and read at the least.</summary>
    public const int BlockLength = 4096;

    private readonly uint[] _checksums = new uint[bytes / BlockLength];
    private readonly bool[] _written = new bool[bytes / BlockLength];
    private readonly DiskFile _file = directory.CreateFile(name);

    /// <param name="blocks">Whole blocks.</param>
    public void Write(ReadOnlySpan<byte> blocks, long offset)
    {
        for (int at = 0; at < blocks.Length; at += BlockLength)
        {
            int block = (int)((offset + at) / BlockLength);
            _checksums[block] = Crc32C.Of(blocks.Slice(at, BlockLength), 0);
            _written[block] = true;
        }

        _file.Write(blocks, offset);
    }

    /// <exception cref="IOException">When the disk fails or gives back something else than was written.</exception>
    public void Read(Span<byte> blocks, long offset)
    {
        blocks[_file.Read(blocks, offset)..].Clear();
        for (int at = 0; at < blocks.Length; at += BlockLength)
        {
            int block = (int)((offset + at) / BlockLength);
            if (_written[block] && _checksums[block] != Crc32C.Of(blocks.Slice(at, BlockLength), 0))
            {
                throw new IOException($"what is read at offset {offset + at} is not what was written there");
            }
        }
    }

    public void Dispose() => _file.Dispose();

    public void Delete()
    {
        Dispose();
        directory.DeleteFile(name);
    }
}
