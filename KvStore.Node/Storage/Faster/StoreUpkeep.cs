using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Compacts the data log and makes a checkpoint when the log has grown, on a thread of its own, one after the other; and a last
/// checkpoint when the store closes. When writers are faster than that for long, the log's committer is made to wait a little
/// for each commit: otherwise neither the files nor the next start were bounded by anything.
/// </summary>
internal sealed class StoreUpkeep : IDisposable
{
    /// <summary>After a checkpoint that could not be made, because the disk is full.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>How long a commit waits at most when upkeep is behind.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    /// <summary>By a quarter more data than should be, writers wait.</summary>
    private const int BehindPart = 4;

    private readonly object _gate = new();
    private readonly UpkeepPlan _plan;
    private readonly CheckpointMaker _checkpoints;
    private readonly DataLogCompaction _compaction;
    private readonly DataLog _data;
    private readonly WriteAheadLog _log;
    private readonly FailStop _failStop;
    private readonly string _path;
    private readonly Thread _thread;
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>What was written of the log when the newest checkpoint was cut; less than nothing while that was before the start.</summary>
    private long _checkpointedBytes;
    private long _checkpointedAdded;
    private long _checkpointBytes;

    /// <summary>The shortest that the data log was since it was last as short as it should be.</summary>
    private long _leastBytes;
    private bool _wanted;
    private bool _closing;
    private bool _resting;

    /// <param name="compaction">Disposed of with this.</param>
    /// <param name="path">Where checkpoints are, for messages.</param>
    /// <param name="replayedBytes">Bytes of log that the newest checkpoint does not hold.</param>
    public StoreUpkeep(
        UpkeepPlan plan,
        CheckpointMaker checkpoints,
        DataLogCompaction compaction,
        DataLog data,
        WriteAheadLog log,
        FailStop failStop,
        string path,
        long replayedBytes)
    {
        _plan = plan;
        _checkpoints = checkpoints;
        _compaction = compaction;
        _data = data;
        _log = log;
        _failStop = failStop;
        _path = path;
        _checkpointedBytes = -replayedBytes;
        _checkpointedAdded = AddedBytes;
        _leastBytes = DataBytes;
        _checkpointBytes = plan.CheckpointBytes(checkpoints.LiveBytes);
        _thread = new Thread(Run) { Name = "kv-store-upkeep", IsBackground = true };
    }

    private long DataBytes => _data.TailAddress - _data.BeginAddress;

    private long LogBytes => _log.WrittenBytes - Volatile.Read(ref _checkpointedBytes);

    /// <summary>Bytes that lanes have added to the data log since it was opened, from anywhere on.</summary>
    private long AddedBytes => _data.TailAddress - _compaction.CopiedBytes;

    /// <summary>And since the newest checkpoint.</summary>
    private long AddedSince => AddedBytes - Volatile.Read(ref _checkpointedAdded);

    /// <summary>The log or the data have grown.</summary>
    private bool HasGrown => LogBytes >= Volatile.Read(ref _checkpointBytes) || AddedSince >= _plan.AddedBytes(_checkpoints.LiveBytes);

    /// <summary>
    /// The log or the data have grown, or the files hold more that only the older checkpoint needs than data; the next one lets go
    /// of it.
    /// </summary>
    private bool IsDue => HasGrown || _data.BeginAddress - _checkpoints.DataFrom > DataBytesMost;

    /// <summary>A quarter more data than should be, though it may not have grown: what is live of it may be less.</summary>
    private bool IsCompactionDue => DataBytes / 5 * 4 > DataBytesMost;

    /// <summary>Much more log than should be, or much more added, or writers outgrow compaction: they are to wait.</summary>
    public bool IsBehind =>
        LogBytes >= UpkeepPlan.MostBefore(Volatile.Read(ref _checkpointBytes))
        || AddedSince >= UpkeepPlan.MostBefore(_plan.AddedBytes(_checkpoints.LiveBytes))
        || _plan.HasOutgrown(DataBytes, _checkpoints.LiveBytes, Volatile.Read(ref _leastBytes), BehindPart);

    /// <summary>A checkpoint is due or wanted, for which the region is to end, or half way to where writers wait, or the store closes: compaction does not rest.</summary>
    private bool MustHurry =>
        _cancellation.IsCancellationRequested
        || Volatile.Read(ref _wanted)
        || HasGrown
        || _plan.HasOutgrown(DataBytes, _checkpoints.LiveBytes, Volatile.Read(ref _leastBytes), 2 * BehindPart);

    private long DataBytesMost => _plan.DataBytesMost(_checkpoints.LiveBytes);

    public void Start() => _thread.Start();

    /// <summary>Call when the log has grown, on the thread that makes it grow.</summary>
    public void Grown()
    {
        bool isBehind = IsBehind;
        if (!isBehind && !IsDue && !IsCompactionDue)
        {
            return;
        }

        lock (_gate)
        {
            Monitor.PulseAll(_gate);
            if (isBehind && !_closing && !_resting)
            {
                Monitor.Wait(_gate, Delay);
            }
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

        _cancellation.Cancel();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        if (_failStop.First is null && _plan.IsWorthClosingWith(LogBytes, _checkpoints.LiveBytes))
        {
            TryMake();
        }

        _compaction.Dispose();
        _cancellation.Dispose();
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
            if (!TryCompact())
            {
                return;
            }

            if (TryMake())
            {
                Wake();
            }
            else
            {
                WaitForRest();
            }
        }
    }

    /// <summary>Once through the data log at most, however much of it is live, with the checkpoints that are due meanwhile.</summary>
    /// <returns>False if the store is closing or damaged. True also where the disk is full, and more is to be compacted.</returns>
    private bool TryCompact()
    {
        NoteLeast();
        long end = _data.CompactableUntil(DataBytes);
        PassRest rest = PassRest.ForCompaction(() => MustHurry, TimeProvider.System);
        try
        {
            while (DataBytes > DataBytesMost && _data.BeginAddress < end && _failStop.First is null && !_data.HasNoRoom)
            {
                long until = _data.CompactableUntil(_plan.RegionBytes(DataBytes));
                if (until <= _data.BeginAddress)
                {
                    return true;
                }

                _cancellation.Token.ThrowIfCancellationRequested();
                if (!_compaction.Run(until, rest, _cancellation.Token))
                {
                    return !_data.IsDamaged;
                }

                NoteLeast();
                Wake();
                if (IsDue || Volatile.Read(ref _wanted))
                {
                    TryMake();
                }
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void NoteLeast()
    {
        long bytes = DataBytes;
        Volatile.Write(ref _leastBytes, bytes <= DataBytesMost ? bytes : Math.Min(bytes, _leastBytes));
    }

    private bool WaitForWork()
    {
        lock (_gate)
        {
            while (!_closing && !_wanted && !IsDue && !IsCompactionDue && !IsBehind)
            {
                Monitor.Wait(_gate);
            }

            return !_closing && _failStop.First is null;
        }
    }

    private void WaitForRest()
    {
        lock (_gate)
        {
            _resting = true;
            Monitor.PulseAll(_gate);
            if (!_closing)
            {
                Monitor.Wait(_gate, Rest);
            }

            _resting = false;
        }
    }

    /// <summary>A full disk is no failure of the store: the checkpoint before stands, and the log is kept until there is another.</summary>
    private bool TryMake()
    {
        Volatile.Write(ref _wanted, false);
        long written = _log.WrittenBytes;
        long added = AddedBytes;
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
        Volatile.Write(ref _checkpointedAdded, added);
        Volatile.Write(ref _checkpointBytes, _plan.CheckpointBytes(_checkpoints.LiveBytes));
        return true;
    }
}
