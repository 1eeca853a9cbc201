using System.Diagnostics;
using FASTER.core;
using KvStore.Bench.Measuring;

namespace KvStore.Bench.Stores;

/// <summary>FasterLog with one writer that waits for each commit: what our own log is weighed against (decision 6).</summary>
internal sealed class FasterLogWriter : IDisposable
{
    private readonly IDevice _device;
    private readonly FasterLog _log;
    private readonly byte[] _entry;

    public FasterLogWriter(string directory, int entryBytes)
    {
        Directory.CreateDirectory(directory);
        _entry = new byte[entryBytes];
        _device = Devices.CreateLogDevice(Path.Combine(directory, "faster.log"), preallocateFile: false, deleteOnClose: true);
        _log = new FasterLog(new FasterLogSettings { LogDevice = _device, LogCommitDir = directory, FastCommitMode = true, LogChecksum = LogChecksumType.PerEntry });
    }

    public Measurement Measure(TimeSpan time)
    {
        Latencies latencies = new();
        long begun = Stopwatch.GetTimestamp();
        long before = begun;
        while (Stopwatch.GetElapsedTime(begun, before) < time)
        {
            _log.Enqueue(_entry);
            _log.Commit(spinWait: true);
            long after = Stopwatch.GetTimestamp();
            latencies.Add(Stopwatch.GetElapsedTime(before, after));
            before = after;
        }

        return Measurement.Of(latencies, Stopwatch.GetElapsedTime(begun), failures: 0);
    }

    public void Dispose()
    {
        _log.Dispose();
        _device.Dispose();
    }
}
