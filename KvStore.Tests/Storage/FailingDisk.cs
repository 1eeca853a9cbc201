using KvStore.Node.Storage;

namespace KvStore.Tests.Storage;

/// <summary>Has the operations fail that a test chooses, as a broken or a full disk does.</summary>
internal sealed class FailingDisk : DiskObserver
{
    private const int InputOutput = 5;

    private volatile Func<DiskOperation, bool>? _breaks;
    private volatile Func<DiskOperation, bool>? _lacks;
    private volatile Func<DiskOperation, bool>? _lacksMore;
    private int _failed;

    /// <summary>Operations that were made to fail.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>EIO for these.</summary>
    public void Break(Func<DiskOperation, bool> which) => _breaks = which;

    /// <summary>ENOSPC for these.</summary>
    public void Fill(Func<DiskOperation, bool> which) => _lacks = which;

    /// <summary>ENOSPC for those of these that would make their file longer: what a file has, it has.</summary>
    public void FillBeyond(Func<DiskOperation, bool> which) => _lacksMore = which;

    public void Free() => _lacks = _lacksMore = null;

    public override int Before(in DiskOperation operation, ReadOnlySpan<byte> bytes)
    {
        if (_breaks?.Invoke(operation) == true)
        {
            Interlocked.Increment(ref _failed);
            throw new IOException("Input/output error", InputOutput);
        }

        if (_lacks?.Invoke(operation) == true || (_lacksMore?.Invoke(operation) == true && operation.Offset + bytes.Length > new FileInfo(operation.Path).Length))
        {
            Interlocked.Increment(ref _failed);
            throw DiskError.NoSpaceLeft();
        }

        return bytes.Length;
    }
}
