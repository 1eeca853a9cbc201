using System.Security.Cryptography;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// Does what the committer must not wait for, on a thread of its own: makes the next segment ahead of its use, deletes those that
/// no checkpoint needs, and raises the superblock's mark when the log rests. Only it writes the superblock while the store is open.
/// </summary>
internal sealed class LogKeeper : IDisposable
{
    /// <summary>How long the log must have rested, and how often a segment that the disk had no room for is tried again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly DiskDirectory _storeDirectory;
    private readonly DiskDirectory _logDirectory;
    private readonly FailStop _failStop;
    private readonly Queue<LogSegment> _spares;
    private readonly Queue<ClosedSegment> _closed;
    private readonly Thread _thread;
    private readonly Lock _superblockLock = new();

    private Superblock _superblock;
    private long _segmentBytes;
    private long _synced;
    private long _released;
    private bool _isWhole;
    private bool _isShort;
    private bool _givesUp;
    private bool _closing;
    private bool _stopped;

    /// <param name="superblock">As it stands on disk.</param>
    /// <param name="isWhole">Whether the directory is known to hold all that it ever did.</param>
    /// <param name="closed">The segments before the one in use.</param>
    /// <param name="spares">The empty segments after the one in use.</param>
    public LogKeeper(
        DiskDirectory storeDirectory,
        DiskDirectory logDirectory,
        Superblock superblock,
        bool isWhole,
        IEnumerable<ClosedSegment> closed,
        IEnumerable<LogSegment> spares,
        long segmentBytes,
        FailStop failStop)
    {
        _storeDirectory = storeDirectory;
        _logDirectory = logDirectory;
        _superblock = superblock;
        _closed = new Queue<ClosedSegment>(closed);
        _isWhole = isWhole;
        _spares = new Queue<LogSegment>(spares);
        _segmentBytes = segmentBytes;
        _failStop = failStop;
        _synced = superblock.DurableLsn;
        _thread = new Thread(Run) { Name = "kv-log-keeper", IsBackground = true };
    }

    public static SegmentHeader HeaderOf(long number, long segmentBytes, Superblock superblock) => new(
        number, segmentBytes, BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)), superblock.Cluster, superblock.Member);

    public void Start() => _thread.Start();

    /// <summary>Everything up to this LSN is on disk.</summary>
    public void Synced(long lsn) => Volatile.Write(ref _synced, lsn);

    /// <summary>See <see cref="IStore.Vouch"/>.</summary>
    public void Vouch()
    {
        lock (_superblockLock)
        {
            if (!_isWhole)
            {
                _isWhole = true;
                SuperblockCopies.LeaveEvidence(_storeDirectory);
            }
        }
    }

    /// <summary>The log has gone past a segment.</summary>
    public void Close(ClosedSegment segment)
    {
        lock (_gate)
        {
            _closed.Enqueue(segment);
        }
    }

    /// <summary>Nobody needs the log up to this LSN any more: segments that hold nothing else may go.</summary>
    /// <param name="segmentBytes">What segments made from here on take.</param>
    public void Release(long lsn, long segmentBytes)
    {
        lock (_gate)
        {
            _released = lsn;
            _segmentBytes = segmentBytes;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>From now on nobody waits for room on the disk: the log is being closed.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            _givesUp = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The segment after the one in use; waits until it was made, for room on the disk too.</summary>
    /// <exception cref="IOException">When it cannot be made.</exception>
    public LogSegment TakeNext()
    {
        lock (_gate)
        {
            while (_spares.Count == 0 && !_stopped && !(_givesUp && _isShort))
            {
                Monitor.Wait(_gate);
            }

            if (!_spares.TryDequeue(out LogSegment? next))
            {
                throw _isShort ? DiskError.NoSpaceLeft() : new IOException("The log has stopped.");
            }

            Monitor.PulseAll(_gate);
            return next;
        }
    }

    /// <summary>Call when the committer has ended: the mark then stands at the log's end.</summary>
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

        if (_failStop.First is null)
        {
            DropReleased();
            RaiseMark(Volatile.Read(ref _synced));
        }

        foreach (LogSegment spare in _spares)
        {
            spare.Dispose();
        }
    }

    private void Run()
    {
        long before = Volatile.Read(ref _synced);
        while (WaitForWork(out bool needsSpare))
        {
            if (needsSpare)
            {
                MakeSpare();
            }

            DropReleased();
            long now = Volatile.Read(ref _synced);
            if (now == before)
            {
                RaiseMark(now);
            }

            before = now;
        }

        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool WaitForWork(out bool needsSpare)
    {
        lock (_gate)
        {
            if (!_closing && (_spares.Count > 0 || _isShort))
            {
                Monitor.Wait(_gate, Rest);
            }

            needsSpare = _spares.Count == 0;
            return !_closing && _failStop.First is null;
        }
    }

    /// <summary>The superblock counts the segment in before anything is put there, so that its loss would be noticed.</summary>
    private void MakeSpare()
    {
        LogSegment? made = null;
        StoreFailure? shortage = null;
        try
        {
            Superblock next = _superblock with { SegmentLast = _superblock.SegmentLast + 1, DurableLsn = Volatile.Read(ref _synced) };
            made = LogSegment.Create(_logDirectory, HeaderOf(next.SegmentLast, _segmentBytes, next));
            WriteSuperblock(next);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            made?.Dispose();
            made = null;
            shortage = new StoreFailure(DiskError.IsDiskFull(exception), $"{_logDirectory.Path}: {exception.Message}");
            if (!shortage.IsDiskFull)
            {
                _failStop.Raise(shortage);
            }
        }

        lock (_gate)
        {
            if (made is not null)
            {
                _spares.Enqueue(made);
            }

            _isShort = shortage is { IsDiskFull: true };
            _failStop.Room.Log = _isShort ? shortage : null;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The superblock no longer counts them in before they are deleted, so that none is missed after a crash.</summary>
    private void DropReleased()
    {
        List<ClosedSegment> dropped = [];
        lock (_gate)
        {
            while (_closed.TryPeek(out ClosedSegment oldest) && oldest.LsnLast <= _released)
            {
                dropped.Add(_closed.Dequeue());
            }
        }

        if (dropped.Count == 0)
        {
            return;
        }

        try
        {
            WriteSuperblock(_superblock with { SegmentFirst = dropped[^1].Number + 1, LsnFirst = dropped[^1].LsnLast + 1 });
            dropped.ForEach(segment => _logDirectory.DeleteFile(LogSegment.NameOf(segment.Number)));
            _logDirectory.Sync();
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _failStop.Raise(_storeDirectory.Path, exception);
        }
    }

    private void RaiseMark(long synced)
    {
        if (synced <= _superblock.DurableLsn)
        {
            return;
        }

        try
        {
            WriteSuperblock(_superblock with { DurableLsn = synced });
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _failStop.Raise(_storeDirectory.Path, exception);
        }
    }

    private void WriteSuperblock(Superblock next)
    {
        next = next with { Generation = _superblock.Generation + 1, DurableLsn = Math.Max(next.DurableLsn, Volatile.Read(ref _synced)) };
        lock (_superblockLock)
        {
            SuperblockCopies.Write(_storeDirectory, next, _isWhole);
        }

        _superblock = next;
    }
}
