using System.Diagnostics;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// The write-ahead log: one order for everything a member must not forget. Whoever appends encodes into the commit that is
/// being filled and goes on; one committer thread writes and syncs whatever has come together while the commit before was
/// under way. A commit lies in one segment and ends with a frame that says so; see <see cref="LogRecovery"/> for why.
/// </summary>
/// <remarks>
/// <para>Where nothing is synced (<see cref="Durability.None"/>), who appends records writes them too, unless a commit is under way:
/// that takes less than to wake the committer and to be woken by it. Facts, the first commit of a segment and all that has to
/// wait for the disk or for upkeep are left to the committer.</para>
/// <para>Bounds: a commit takes at most <see cref="CommitBytesMax"/> (or one larger entry), all that waits at most
/// <see cref="StoreOptions.PendingBytesMax"/>. When that is full, Append waits for the committer, which waits for nobody but
/// the disk; the thread that commits (a lane that runs inside the report) is let through instead. So nobody can wait for
/// himself. After a failure nobody waits and nothing is kept.</para>
/// </remarks>
internal sealed class WriteAheadLog : IDisposable
{
    private const int CommitBytesMax = 1 << 20;

    private readonly object _gate = new();
    private readonly CommitQueue _queue;
    private readonly StoreOptions _options;
    private readonly LogKeeper _keeper;
    private readonly FailStop _failStop;
    private readonly StoreFacts _facts;
    private readonly Thread _committer;

    private Action<long>? _durable;
    private Func<bool>? _reportWaits;
    private LogSegment _segment;
    private long _offset;
    private long _appendedLsn;
    private long _durableLsn;
    private long _writtenLsn;
    private long _syncedLsn;
    private long _pendingBytes;
    private long _commits;
    private long _lastSync;
    private long _writtenBytes;
    private long _syncWanted;
    private int _waiting;
    private bool _committerWaits;

    /// <summary>Whose the segment and all that is said of it are: the committer's or an appender's, one at a time.</summary>
    private Thread? _committing;
    private bool _closing;

    /// <param name="segment">Where the log ends, open.</param>
    /// <param name="end">Everything up to here is on disk.</param>
    /// <param name="facts">Told of every entry, and again when it is durable.</param>
    public WriteAheadLog(
        StoreOptions options, LogSegment segment, LogPosition end, LogKeeper keeper, FailStop failStop, StoreFacts facts)
    {
        _facts = facts;
        _options = options;
        _segment = segment;
        _offset = end.Offset;
        _appendedLsn = _durableLsn = _writtenLsn = _syncedLsn = end.LsnLast;
        _keeper = keeper;
        _failStop = failStop;
        _queue = new CommitQueue((int)Math.Min(CommitBytesMax, options.SegmentLength / 4));
        _committer = new Thread(Run) { Name = "kv-log-committer", IsBackground = true };
    }

    public long AppendedLsn => Volatile.Read(ref _appendedLsn);

    public long DurableLsn => Volatile.Read(ref _durableLsn);

    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Bytes of entries written since the log was opened.</summary>
    public long WrittenBytes => Volatile.Read(ref _writtenBytes);

    /// <param name="durable">Told of each commit, by whoever made it.</param>
    /// <param name="reportWaits">Whether <paramref name="durable"/> would wait for upkeep, which no appender should.</param>
    public void Start(Action<long> durable, Func<bool> reportWaits)
    {
        _durable = durable;
        _reportWaits = reportWaits;
        _lastSync = Stopwatch.GetTimestamp();
        _keeper.Start();
        _committer.Start();
    }

    public long Append(ReadOnlySpan<StoreEntry> entries)
    {
        Invariant.Holds(_durable is not null);
        CommitBuffer? own = null;
        long last;
        lock (_gate)
        {
            foreach (ref readonly StoreEntry entry in entries)
            {
                Append(entry);
            }

            last = _appendedLsn;
            if (MayCommitHere(entries))
            {
                _committing = Thread.CurrentThread;
                own = _queue.Take();
            }
            else if (_committerWaits)
            {
                Monitor.PulseAll(_gate);
            }
        }

        if (own is not null)
        {
            CommitHere(own);
        }

        return last;
    }

    /// <summary>See <see cref="IStore.Vouch"/>.</summary>
    public void Vouch() => _keeper.Vouch();

    /// <summary>Waits until the log is on disk up to a durable log number, whatever durable means here.</summary>
    /// <returns>False if it never will be.</returns>
    public bool WaitSynced(long lsn)
    {
        lock (_gate)
        {
            _syncWanted = Math.Max(_syncWanted, lsn);
            Monitor.PulseAll(_gate);
            while (_syncedLsn < lsn && _failStop.First is null)
            {
                Wait();
            }

            return _syncedLsn >= lsn;
        }
    }

    /// <summary>Nobody needs the log up to this number any more, and the live data has grown or shrunk to so much.</summary>
    public void Release(long lsn, long liveBytes) => _keeper.Release(lsn, _options.SegmentLengthFor(liveBytes));

    /// <summary>Has whoever waits look again: after <see cref="FailStop"/> was raised, nobody waits any longer.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Commits what was appended and closes.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        _keeper.GiveUp();
        if (_committer.IsAlive)
        {
            _committer.Join();
        }

        _keeper.Dispose();
        _segment.Dispose();
    }

    private void Append(in StoreEntry entry)
    {
        int payloadLength = LogPayload.LengthOf(entry);
        int length = LogFrame.LengthWith(payloadLength);
        Invariant.Holds(length <= _options.SegmentLength / 4);
        while (_pendingBytes > _options.PendingBytesMax && _failStop.First is null && Thread.CurrentThread != _committing)
        {
            Monitor.PulseAll(_gate);
            Wait();
        }

        _appendedLsn++;
        if (_failStop.First is not null)
        {
            return;
        }

        _queue.Add(_appendedLsn, entry, payloadLength, length);
        _facts.Append(_appendedLsn, entry);
        _pendingBytes += length;
    }

    /// <summary>For room, or for a sync.</summary>
    private void Wait()
    {
        _waiting++;
        Monitor.Wait(_gate);
        _waiting--;
    }

    /// <summary>Facts are not: who appends them may hold a lock that the report needs.</summary>
    private bool MayCommitHere(ReadOnlySpan<StoreEntry> entries)
    {
        int length = _queue.OnlyCommitLength;
        if (_options.Durability != Durability.None || _committing is not null || length == 0
            || _offset + length > _segment.Header.SegmentBytes || _closing || _failStop.First is not null || _reportWaits!())
        {
            return false;
        }

        foreach (ref readonly StoreEntry entry in entries)
        {
            if (entry.Kind == StoreEntryKind.Fact)
            {
                return false;
            }
        }

        return true;
    }

    private void CommitHere(CommitBuffer buffer)
    {
        try
        {
            Commit(buffer);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _failStop.Raise(_segment.Path, exception);
        }
        finally
        {
            Release();
        }
    }

    private void Run()
    {
        try
        {
            while (TryTake(out CommitBuffer? buffer))
            {
                if (buffer is not null)
                {
                    Commit(buffer);
                }

                SyncIfDue();
                Release();
            }

            if (_failStop.First is null)
            {
                Sync();
            }
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            _failStop.Raise(_segment.Path, exception);
        }
    }

    /// <summary>
    /// The next commit; null when only a sync is due; false at the end, when nothing is left. The segment is the committer's then.
    /// </summary>
    private bool TryTake(out CommitBuffer? buffer)
    {
        lock (_gate)
        {
            bool isSyncDue = false;
            while (_committing is not null || !(isSyncDue || HasWork))
            {
                _committerWaits = true;
                isSyncDue |= !Monitor.Wait(_gate, TimeToSync());
                _committerWaits = false;
            }

            _committing = _committer;
            buffer = _failStop.First is null && !_queue.IsEmpty ? _queue.Take() : null;
            return _failStop.First is null && (buffer is not null || isSyncDue || IsSyncWanted);
        }
    }

    /// <summary>Whether the committer has something to do, or its end has come.</summary>
    private bool HasWork => !_queue.IsEmpty || IsSyncWanted || _closing || _failStop.First is not null;

    /// <summary>The segment is somebody else's from here on.</summary>
    private void Release()
    {
        lock (_gate)
        {
            _committing = null;
            if (_waiting > 0 || (_committerWaits && HasWork))
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Commit(CommitBuffer buffer)
    {
        long began = Stopwatch.GetTimestamp();
        while (_offset + buffer.CommitLength > _segment.Header.SegmentBytes)
        {
            ChangeSegment();
        }

        _segment.Write(buffer.Seal(_syncedLsn, _segment.Header.Seed), _offset);
        _offset += buffer.CommitLength;
        _writtenLsn = buffer.LsnLast;
        Volatile.Write(ref _writtenBytes, _writtenBytes + buffer.CommitLength);
        if (_options.Durability == Durability.Commit)
        {
            Sync();
        }

        if (_failStop.First is null)
        {
            Volatile.Write(ref _commits, _commits + 1);
            StoreMetrics.Committed(buffer.Records, buffer.CommitLength, Stopwatch.GetElapsedTime(began));
            Volatile.Write(ref _durableLsn, buffer.LsnLast);
            _facts.MakeDurable(buffer.LsnLast);
            long durable = buffer.LsnLast;
            GiveBack(buffer); // before the report, which may need a lock of one that waits for room
            _durable!(durable);
        }
    }

    private void ChangeSegment()
    {
        // Recovery relies on it that a segment is on disk before the next one is begun, whatever the mode.
        Sync();
        LogSegment next = _keeper.TakeNext();
        _keeper.Close(new ClosedSegment(_segment.Header.Number, _writtenLsn));
        _segment.Dispose();
        _segment = next;
        _offset = SegmentHeader.Length;
    }

    private void SyncIfDue()
    {
        bool isWanted = IsSyncWanted;
        if (isWanted || (_options.Durability == Durability.Interval && TimeToSync() == TimeSpan.Zero))
        {
            Sync();
        }

        if (isWanted)
        {
            Stop();
        }
    }

    /// <summary>What was not written yet cannot be synced: whoever waits for it is reported to when it was.</summary>
    private bool IsSyncWanted => Volatile.Read(ref _syncWanted) > _syncedLsn && _writtenLsn > _syncedLsn;

    private TimeSpan TimeToSync()
    {
        if (_options.Durability != Durability.Interval || _syncedLsn == _writtenLsn)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan left = TimeSpan.FromMilliseconds(_options.IntervalMilliseconds) - Stopwatch.GetElapsedTime(_lastSync);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Sync()
    {
        if (_syncedLsn != _writtenLsn)
        {
            _segment.Sync();
            Volatile.Write(ref _syncedLsn, _writtenLsn);
            _keeper.Synced(_syncedLsn);
        }

        _lastSync = Stopwatch.GetTimestamp();
    }

    private void GiveBack(CommitBuffer buffer)
    {
        lock (_gate)
        {
            _pendingBytes -= buffer.Length;
            _queue.GiveBack(buffer);
            if (_waiting > 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }
}
