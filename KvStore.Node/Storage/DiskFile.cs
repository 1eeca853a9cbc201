using Microsoft.Win32.SafeHandles;

namespace KvStore.Node.Storage;

/// <summary>An open file of a store. All threads may use it; offsets are in bytes.</summary>
internal sealed class DiskFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly DiskObserver? _observer;

    internal DiskFile(string path, SafeFileHandle handle, DiskObserver? observer)
    {
        Path = path;
        _handle = handle;
        _observer = observer;
    }

    public string Path { get; }

    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Reads until the span is full or the file ends.</summary>
    /// <returns>Bytes read.</returns>
    public int Read(Span<byte> destination, long offset)
    {
        _observer?.Before(new DiskOperation(DiskOperationKind.Read, Path, Offset: offset), []);
        int filled = 0;
        while (filled < destination.Length)
        {
            int read = RandomAccess.Read(_handle, destination[filled..], offset + filled);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (_observer is null)
        {
            RandomAccess.Write(_handle, bytes, offset);
            return;
        }

        lock (_observer.Gate)
        {
            int written = _observer.Before(new DiskOperation(DiskOperationKind.Write, Path, Offset: offset), bytes);
            RandomAccess.Write(_handle, bytes[..written], offset);
            if (written < bytes.Length)
            {
                throw DiskError.NoSpaceLeft();
            }
        }
    }

    public void SetLength(long length)
    {
        if (_observer is null)
        {
            RandomAccess.SetLength(_handle, length);
            return;
        }

        lock (_observer.Gate)
        {
            _observer.Before(new DiskOperation(DiskOperationKind.SetLength, Path, Offset: length), []);
            RandomAccess.SetLength(_handle, length);
        }
    }

    /// <summary>Returns when what was written is durable.</summary>
    /// <exception cref="IOException">The disk failed; what it holds is unknown.</exception>
    public void Sync()
    {
        if (_observer is null)
        {
            DiskSync.Data(_handle);
            return;
        }

        lock (_observer.Gate)
        {
            _observer.Before(new DiskOperation(DiskOperationKind.SyncFile, Path), []);
            DiskSync.Data(_handle);
        }
    }

    public void Dispose() => _handle.Dispose();
}
