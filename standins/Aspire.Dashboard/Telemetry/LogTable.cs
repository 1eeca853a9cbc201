using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>The newest structured logs, in the order of arrival. Bounded: the oldest goes first.</summary>
public sealed class LogTable(TelemetryLimits limits)
{
    private readonly Lock _sync = new();
    private readonly Queue<LogRecord> _logs = new();
    private long _version;
    private long _lost;
    private long _lastNumber;
    private (long Version, ImmutableArray<LogRecord> Logs) _all = (0, []);

    public long Version => Volatile.Read(ref _version);

    public long Lost => Volatile.Read(ref _lost);

    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _logs.Count;
            }
        }
    }

    /// <param name="make">Makes the logs of the numbers that they get.</param>
    public void Add(IEnumerable<Func<long, LogRecord>> make)
    {
        lock (_sync)
        {
            foreach (var one in make)
            {
                if (_logs.Count == limits.LogsMax)
                {
                    _logs.Dequeue();
                    _lost++;
                }

                _logs.Enqueue(one(++_lastNumber));
            }

            _version++;
        }
    }

    /// <summary>All that are kept, the oldest first.</summary>
    public ImmutableArray<LogRecord> All()
    {
        lock (_sync)
        {
            if (_all.Version != _version)
            {
                _all = (_version, [.. _logs]);
            }

            return _all.Logs;
        }
    }

    public void Clear()
    {
        lock (_sync)
        {
            _logs.Clear();
            _version++;
        }
    }
}
