using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>Makes checkpoints when the log has grown, on a thread of its own, one at a time; and a last one when the store closes.</summary>
internal sealed class StoreUpkeep : IDisposable
{
    /// <summary>After a checkpoint that could not be made, because the disk is full.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly UpkeepPlan _plan;
    private readonly CheckpointMaker _checkpoints;
    private readonly WriteAheadLog _log;
    private readonly FailStop _failStop;
    private readonly string _path;
    private readonly Thread _thread;

    /// <summary>What was written of the log when the newest checkpoint was cut; less than nothing while that was before the start.</summary>
    private long _checkpointedBytes;
    private long _checkpointBytes;
    private bool _wanted;
    private bool _closing;

    /// <param name="path">Where checkpoints are, for messages.</param>
    /// <param name="replayedBytes">Bytes of log that the newest checkpoint does not hold.</param>
    public StoreUpkeep(UpkeepPlan plan, CheckpointMaker checkpoints, WriteAheadLog log, FailStop failStop, string path, long replayedBytes)
    {
        _plan = plan;
        _checkpoints = checkpoints;
        _log = log;
        _failStop = failStop;
        _path = path;
        _checkpointedBytes = -replayedBytes;
        _checkpointBytes = plan.CheckpointBytes(checkpoints.LiveBytes);
        _thread = new Thread(Run) { Name = "kv-store-upkeep", IsBackground = true };
    }

    private long LogBytes => _log.WrittenBytes - Volatile.Read(ref _checkpointedBytes);

    private bool IsDue => LogBytes >= Volatile.Read(ref _checkpointBytes);

    public void Start()
    {
        _thread.Start();
        Grown();
    }

    /// <summary>Call when the log has grown.</summary>
    public void Grown()
    {
        if (IsDue)
        {
            Wake();
        }
    }

    /// <summary>Has a checkpoint made soon, whatever the log has grown.</summary>
    public void Want()
    {
        lock (_gate)
        {
            _wanted = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Call while the log and the data are still open and nothing is appended any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        if (_failStop.First is null && _plan.IsWorthClosingWith(LogBytes, _checkpoints.LiveBytes))
        {
            TryMake();
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        while (WaitForWork())
        {
            if (!TryMake())
            {
                WaitForRest();
            }
        }
    }

    private bool WaitForWork()
    {
        lock (_gate)
        {
            while (!_closing && !_wanted && !IsDue)
            {
                Monitor.Wait(_gate);
            }

            _wanted = false;
            return !_closing && _failStop.First is null;
        }
    }

    private void WaitForRest()
    {
        lock (_gate)
        {
            if (!_closing)
            {
                Monitor.Wait(_gate, Rest);
            }
        }
    }

    /// <summary>A full disk is no failure of the store: the checkpoint before stands, and the log is kept until there is another.</summary>
    private bool TryMake()
    {
        long written = _log.WrittenBytes;
        try
        {
            if (!_checkpoints.Make())
            {
                return false;
            }
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            if (!DiskError.IsDiskFull(exception))
            {
                _failStop.Raise(_path, exception);
            }

            return false;
        }

        Volatile.Write(ref _checkpointedBytes, written);
        Volatile.Write(ref _checkpointBytes, _plan.CheckpointBytes(_checkpoints.LiveBytes));
        return true;
    }
}
