using KvStore.Node.Storage;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>Remembers what a store did to its data directory, in order, and what it had promised by then.</summary>
internal sealed class RecordedDisk(string root) : DiskObserver
{
    private const int InputOutputError = 5;

    private readonly List<DiskStep> _steps = [];
    private readonly List<(int Steps, long Lsn)> _promises = [(0, 0)];
    private bool _dead;

    public IReadOnlyList<DiskStep> Steps => _steps;

    public override int Before(in DiskOperation operation, ReadOnlySpan<byte> bytes)
    {
        if (_dead)
        {
            throw new IOException("the process is dead", InputOutputError);
        }

        if (operation.Kind is not (DiskOperationKind.Read or DiskOperationKind.OpenFile))
        {
            string? newPath = operation.NewPath is null ? null : Relative(operation.NewPath);
            _steps.Add(new DiskStep(operation.Kind, Relative(operation.Path), newPath, operation.Offset, bytes.ToArray()));
        }

        return bytes.Length;
    }

    /// <summary>The store has said that everything up to this log number is durable.</summary>
    public void Promised(long lsn)
    {
        lock (Gate)
        {
            _promises.Add((_steps.Count, Math.Max(lsn, _promises[^1].Lsn)));
        }
    }

    /// <summary>From now on nothing reaches the disk any more: what a killed process leaves.</summary>
    public void Kill()
    {
        lock (Gate)
        {
            _dead = true;
        }
    }

    /// <summary>The highest log number promised before the n-th step was done.</summary>
    public long PromisedBefore(int steps)
    {
        long lsn = 0;
        foreach ((int at, long promised) in _promises)
        {
            if (at > steps)
            {
                break;
            }

            lsn = promised;
        }

        return lsn;
    }

    private string Relative(string path) => path == root ? "" : Path.GetRelativePath(root, path);
}
