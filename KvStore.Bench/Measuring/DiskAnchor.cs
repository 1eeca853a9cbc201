using System.Diagnostics;
using KvStore.Node.Storage;
using Microsoft.Win32.SafeHandles;

namespace KvStore.Bench.Measuring;

/// <summary>
/// What the disk under the cluster can do at the moment: one writer that writes a few bytes and syncs, again and again. A
/// durable write waits for at least one such sync, so its figures mean little without this one.
/// </summary>
internal sealed class DiskAnchor : IDisposable
{
    public const int BlockBytes = 512;

    // Written before: a sync of blocks that the file system has yet to allocate is another, slower thing.
    private const int FileBytes = 8 << 20;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly byte[] _block;
    private long _offset;

    /// <param name="directory">On the file system that is of interest.</param>
    /// <param name="blockBytes">Written before each sync.</param>
    public DiskAnchor(string directory, int blockBytes = BlockBytes)
    {
        _block = new byte[blockBytes];
        Directory.CreateDirectory(directory);
        _path = Path.Combine(directory, $"anchor-{Environment.ProcessId}");
        _file = File.OpenHandle(_path, FileMode.Create, FileAccess.Write);
        RandomAccess.Write(_file, new byte[FileBytes], 0);
        RandomAccess.FlushToDisk(_file);
    }

    /// <summary>Writes and syncs for this long, on a thread of its own.</summary>
    public Task<Measurement> MeasureAsync(TimeSpan time, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Measure(time, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    private Measurement Measure(TimeSpan time, CancellationToken cancellationToken)
    {
        Latencies latencies = new();
        long begun = Stopwatch.GetTimestamp();
        long before = begun;
        while (Stopwatch.GetElapsedTime(begun, before) < time)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RandomAccess.Write(_file, _block, _offset);
            DiskSync.Data(_file);
            _offset = _offset + (2 * _block.Length) <= FileBytes ? _offset + _block.Length : 0;
            long after = Stopwatch.GetTimestamp();
            latencies.Add(Stopwatch.GetElapsedTime(before, after));
            before = after;
        }

        return Measurement.Of(latencies, Stopwatch.GetElapsedTime(begun), failures: 0);
    }
}
