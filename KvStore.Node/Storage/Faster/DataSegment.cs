using KvStore.Node.Storage.Log;
using Microsoft.Win32.SafeHandles;

namespace KvStore.Node.Storage.Faster;

/// <summary>One file of the data log's cold part, with the checksum of every block that was written to it.</summary>
internal sealed class DataSegment(string path, long bytes) : IDisposable
{
    /// <summary>What is checked as one, and read at the least.</summary>
    public const int BlockLength = 4096;

    private readonly uint[] _checksums = new uint[bytes / BlockLength];
    private readonly bool[] _written = new bool[bytes / BlockLength];
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);

    public string Path { get; } = path;

    /// <param name="blocks">Whole blocks.</param>
    public void Write(ReadOnlySpan<byte> blocks, long offset)
    {
        for (int at = 0; at < blocks.Length; at += BlockLength)
        {
            int block = (int)((offset + at) / BlockLength);
            _checksums[block] = Crc32C.Of(blocks.Slice(at, BlockLength), 0);
            _written[block] = true;
        }

        RandomAccess.Write(_file, blocks, offset);
    }

    /// <exception cref="IOException">When the disk fails or gives back something else than was written.</exception>
    public void Read(Span<byte> blocks, long offset)
    {
        int filled = 0;
        while (filled < blocks.Length)
        {
            int read = RandomAccess.Read(_file, blocks[filled..], offset + filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        blocks[filled..].Clear();
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
        File.Delete(Path);
    }
}
