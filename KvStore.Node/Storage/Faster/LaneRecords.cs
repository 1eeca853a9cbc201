using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Checkpoints;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// A lane's door to the data log. The lane's thread of the moment reads and writes here; a store's thread comes in for a moment
/// to complete reads that went to the disk, and a pass or a scan to be sure that no write is half done, and for each record that
/// it looks up. Hence the lock, which is free almost always.
/// </summary>
/// <remarks>
/// FASTER starts the disk read as soon as a read finds nothing in memory, so the read that <see cref="TryRead"/> began is the
/// one that <see cref="BeginRead"/> then claims.
/// </remarks>
internal sealed class LaneRecords : IDisposable
{
    private readonly Lock _gate = new();
    private readonly DataLogSession _session;
    private readonly OverwrittenKeys _overwritten;
    private readonly StoreCounts _counts;
    private readonly AppliedMark _applied;
    private readonly int[] _reading = new int[2];
    private readonly List<PendingRead> _ended = [];

    private PendingRead _next = new();
    private PendingRead? _unclaimed;
    private int _pending;
    private int _side;
    private long _addedBytes;

    /// <param name="counts">Of which the lane's slots are touched under the lock here, like <paramref name="applied"/>.</param>
    public LaneRecords(DataLog log, OverwrittenKeys overwritten, StoreCounts counts, AppliedMark applied)
    {
        _applied = applied;
        _session = new DataLogSession(log, Completed);
        _overwritten = overwritten;
        _counts = counts;
    }

    /// <summary>Bytes by which what was applied here made the live part of the data log larger.</summary>
    public long AddedBytes => Volatile.Read(ref _addedBytes);

    public bool TryRead(in Key key, out RegisterRecord record)
    {
        lock (_gate)
        {
            if (IsUnclaimed(key))
            {
                record = RegisterRecord.Absent;
                return false;
            }

            return EndBegun(key, TryRead(key, _next, out record));
        }
    }

    /// <summary>See <see cref="IStore.TryView"/>.</summary>
    public bool TryView(in Key key, out RegisterView view)
    {
        lock (_gate)
        {
            if (IsUnclaimed(key))
            {
                view = default;
                return false;
            }

            CountBegun(_next);
            return EndBegun(key, EndCounted(_next, key, _session.TryView(key.Span, _next, out view)));
        }
    }

    /// <returns>The read if it is done already, to be reported by the caller on a store's thread.</returns>
    public PendingRead? BeginRead(in Key key, long token)
    {
        lock (_gate)
        {
            PendingRead? read = _unclaimed;
            _unclaimed = null;
            if (read is null || !read.Key.Equals(key))
            {
                read = new PendingRead();
                if (TryRead(key, read, out RegisterRecord record))
                {
                    read.Complete(record);
                }
            }

            read.Token = token;
            return read.IsDone ? read : null;
        }
    }

    public void Write(in Key key, in RegisterRecord previous, in RegisterRecord record, long lsn)
    {
        lock (_gate)
        {
            _unclaimed = null;
            if (!previous.IsAbsent)
            {
                _overwritten.Add(key);
            }

            _session.Write(key.Span, record);
            _counts.Replace(key, previous, record);
            Volatile.Write(ref _addedBytes, _addedBytes + DataLogSize.LengthOf(key, record) - DataLogSize.LengthOf(key, previous));
            _applied.Add(lsn);
        }
    }

    public void Purge(in Key key, in RegisterRecord tombstone, long lsn)
    {
        lock (_gate)
        {
            Delete(key, tombstone);
            _counts.RaiseFloor(key.Slot, tombstone.Ballot);
            _applied.Add(lsn);
        }
    }

    public void Remove(in Key key, in RegisterRecord record, long lsn)
    {
        lock (_gate)
        {
            Delete(key, record);
            _applied.Add(lsn);
        }
    }

    public void RaiseFloor(Slot slot, Ballot floor)
    {
        lock (_gate)
        {
            _counts.RaiseFloor(slot, floor);
        }
    }

    public SlotCounts CountsOf(Slot slot)
    {
        lock (_gate)
        {
            return _counts.Of(slot);
        }
    }

    /// <returns>Whether the slot's digest is unknown; from here on its tombstones are gathered for <see cref="EndRecount"/>.</returns>
    public bool BeginRecount(Slot slot)
    {
        lock (_gate)
        {
            return _counts.BeginRecount(slot);
        }
    }

    /// <summary>A tombstone that a pass has found, perhaps replaced or purged by now.</summary>
    public void Found(Slot slot, in RecordWeight tombstone)
    {
        lock (_gate)
        {
            _counts.Found(slot, tombstone);
        }
    }

    public void EndRecount(Slot slot)
    {
        lock (_gate)
        {
            _counts.EndRecount(slot);
        }
    }

    /// <summary>Returns when every write that had begun has ended.</summary>
    public void Settle()
    {
        lock (_gate)
        {
        }
    }

    /// <summary>Returns when every read that went to the disk before the call has ended. Called by one thread at a time.</summary>
    public void WaitForEarlierReads()
    {
        int earlier;
        lock (_gate)
        {
            earlier = _side;
            _side ^= 1;
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref _reading[earlier]) == 0);
    }

    /// <summary>Keeps every write out until <see cref="Release"/>, by the same thread: for no longer than it takes to copy what is read or written.</summary>
    public void Hold() => _gate.Enter();

    public void Release() => _gate.Exit();

    /// <summary>Moves the claimed reads that have ended to <paramref name="ended"/>.</summary>
    public void CompleteReads(List<PendingRead> ended)
    {
        if (Volatile.Read(ref _pending) == 0)
        {
            return;
        }

        lock (_gate)
        {
            _session.CompleteReads(wait: false);
            ended.AddRange(_ended);
            _ended.Clear();
        }
    }

    /// <summary>Waits for the reads under way, without the lock that their completion needs.</summary>
    public void Dispose()
    {
        SpinWait.SpinUntil(() => Volatile.Read(ref _pending) == 0);
        lock (_gate)
        {
            _session.Dispose();
        }
    }

    private void Delete(in Key key, in RegisterRecord record)
    {
        _unclaimed = null;
        _overwritten.Add(key);
        _session.Delete(key.Span);
        _counts.Replace(key, record, RegisterRecord.Absent);
        Volatile.Write(ref _addedBytes, _addedBytes - DataLogSize.LengthOf(key, record));
    }

    /// <summary>Whether the key's read went to the disk already, for whoever asked just before.</summary>
    private bool IsUnclaimed(in Key key) => _unclaimed is { } read && read.Key.Equals(key);

    private bool EndBegun(in Key key, bool isDone)
    {
        if (!isDone)
        {
            Invariant.Holds(_next.Key.Equals(key));
            _unclaimed = _next;
            _next = new PendingRead();
        }

        return isDone;
    }

    private bool TryRead(in Key key, PendingRead read, out RegisterRecord record)
    {
        CountBegun(read);
        return EndCounted(read, key, _session.TryRead(key.Span, read, out record));
    }

    /// <summary>Counted before it begins: its completion may look at the count before the call returns.</summary>
    private void CountBegun(PendingRead read)
    {
        Volatile.Write(ref _pending, _pending + 1);
        read.Side = _side;
        Volatile.Write(ref _reading[_side], _reading[_side] + 1);
    }

    private bool EndCounted(PendingRead read, in Key key, bool isDone)
    {
        if (isDone)
        {
            Volatile.Write(ref _pending, _pending - 1);
            Volatile.Write(ref _reading[read.Side], _reading[read.Side] - 1);
        }
        else
        {
            read.Key = key;
        }

        return isDone;
    }

    private void Completed(PendingRead read, RegisterRecord record)
    {
        Volatile.Write(ref _pending, _pending - 1);
        Volatile.Write(ref _reading[read.Side], _reading[read.Side] - 1);
        read.Complete(record);
        if (read.Token is not null)
        {
            _ended.Add(read);
        }
    }
}
