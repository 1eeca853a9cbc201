using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// Reads the whole log back from disk, checks every frame itself and requires every LSN. What can be read is handed on in
/// order; where the log cannot be read on, one question decides: could what is missing have been acknowledged?
/// </summary>
/// <remarks>
/// <para>It could, and the store is refused, naming file and offset, if the LSN due is at or below the superblock's mark; if a
/// later frame says that it was on disk; or if no torn write explains the damage: the frame due must be missing from its
/// beginning on, or begin as it must and run into a sector that never was written.</para>
/// <para>It could not if it is so torn and nothing whole follows that says otherwise: its sync did not return and nobody was
/// answered. That tail alone is erased. The next commit begins where it stood.</para>
/// <para>One case cannot be told apart here: the very last commit, acknowledged within the second before a crash, sectors of
/// which the disk had reported written and lost. Its peers remember a higher LSN (protocol.md §4).</para>
/// </remarks>
internal sealed class LogRecovery
{
    private readonly DiskDirectory _directory;
    private readonly Superblock _superblock;
    private readonly StoreFacts _facts;
    private readonly Action<ReplayedEntry> _replay;
    private readonly SegmentImage _image = new();
    private readonly List<(SegmentHeader Header, int From)> _torn = [];
    private readonly List<ClosedSegment> _read = [];
    private readonly long _after;

    private long _due;
    private long _replayedBytes;
    private LogPosition _end;
    private (string Path, int Offset)? _tornAt;

    private LogRecovery(DiskDirectory directory, Superblock superblock, long after, StoreFacts facts, Action<ReplayedEntry> replay)
    {
        _after = after;
        _due = superblock.LsnFirst;
        _directory = directory;
        _superblock = superblock;
        _facts = facts;
        _replay = replay;
        _end = new LogPosition(superblock.SegmentFirst, SegmentHeader.Length, superblock.LsnFirst - 1);
    }

    /// <param name="directory">The log's.</param>
    /// <param name="superblock">What must be there.</param>
    /// <param name="after">What is known up to this log number, which must be there, is only checked.</param>
    /// <param name="facts">Takes the facts.</param>
    /// <param name="replay">Takes each record and purge, in order.</param>
    /// <exception cref="StoreRefusal">When the log holds less than was promised.</exception>
    public static RecoveredSegments Run(
        DiskDirectory directory, Superblock superblock, long after, StoreFacts facts, Action<ReplayedEntry> replay)
    {
        List<long> numbers = LogSegment.Numbers(directory, out List<string> remains);
        remains.AddRange(numbers.Where(number => number < superblock.SegmentFirst).Select(LogSegment.NameOf));
        remains.ForEach(directory.DeleteFile);
        LogRecovery recovery = new(directory, superblock, after, facts, replay);
        RecoveredSegments read = recovery.ReadAll(numbers);
        recovery.EraseTorn();
        return read;
    }

    /// <summary>Does as <see cref="Run"/> and changes nothing.</summary>
    /// <param name="torn">Where the tail that a start would erase begins, in words; null if there is none.</param>
    public static RecoveredSegments Check(
        DiskDirectory directory, Superblock superblock, long after, StoreFacts facts, Action<ReplayedEntry> replay, out string? torn)
    {
        LogRecovery recovery = new(directory, superblock, after, facts, replay);
        RecoveredSegments read = recovery.ReadAll(LogSegment.Numbers(directory, out _));
        torn = recovery._tornAt is (string path, int offset) ? $"{path} is torn at offset {offset}" : null;
        return read;
    }

    private RecoveredSegments ReadAll(List<long> numbers)
    {
        Invariant.Holds(_after >= _superblock.LsnFirst - 1);
        long segmentLast = Math.Max(_superblock.SegmentLast, numbers.LastOrDefault());
        for (long number = _superblock.SegmentFirst; number <= segmentLast; number++)
        {
            ReadSegment(number);
        }

        RequireEnd();
        return new RecoveredSegments(_end, segmentLast, [.. _read.Where(segment => segment.Number < _end.Segment)], _replayedBytes);
    }

    private void ReadSegment(long number)
    {
        _image.Load(_directory, number, _superblock);
        int at = SegmentHeader.Length;
        if (number > _superblock.SegmentLast && _image.FirstWritten(at) >= 0)
        {
            throw StoreDamage.At(_image.Path, at, "it was written to, and the superblock does not know of it: an older superblock was put back");
        }

        while (_tornAt is null && _image.TryReadFrame(at, out LogFrame frame) && IsDue(frame))
        {
            Take(frame, at);
            at += frame.Length;
            _end = new LogPosition(number, at, _due - 1);
        }

        _read.Add(new ClosedSegment(number, _due - 1));

        if (_image.FirstWritten(at) < 0)
        {
            return;
        }

        RefuseUnlessTorn(at);
        _tornAt ??= (_image.Path, at);
        _torn.Add((_image.Header, at));
    }

    private bool IsDue(in LogFrame frame) => frame.Lsn == (frame.Kind == LogFrameKind.CommitEnd ? _due - 1 : _due);

    private void Take(in LogFrame frame, int at)
    {
        if (frame.Kind != LogFrameKind.CommitEnd && frame.Lsn <= _after)
        {
            _due++;
            return;
        }

        _replayedBytes += frame.Length;
        Memory<byte> payload = _image.Slice(at + LogFrame.HeaderLength, frame.PayloadLength);
        switch (frame.Kind)
        {
            case LogFrameKind.CommitEnd:
                return;
            case LogFrameKind.Fact when LogPayload.TryReadFact(payload.Span, out Fact fact):
                _facts.Set(StoreEntry.Of(fact));
                break;
            case LogFrameKind.Record when LogPayload.TryReadRecord(payload, out ReplayedEntry record):
                _replay(record);
                break;
            case LogFrameKind.Purge when LogPayload.TryReadPurge(payload, raisesFloor: true, out ReplayedEntry purge):
                _facts.Set(StoreEntry.Purge(new Key(purge.Key.ToArray()), purge.Purged));
                _replay(purge);
                break;
            case LogFrameKind.Removal when LogPayload.TryReadPurge(payload, raisesFloor: false, out ReplayedEntry removal):
                _replay(removal);
                break;
            default:
                throw StoreDamage.At(_image.Path, at, $"LSN {frame.Lsn} is whole, but no {frame.Kind} that this program can read");
        }

        _due++;
    }

    /// <param name="at">Where in the loaded segment something stands that is not the frame due.</param>
    private void RefuseUnlessTorn(int at)
    {
        (string path, int offset) = _tornAt ?? (_image.Path, at);
        if (_image.TryReadFrame(at, out LogFrame other))
        {
            throw StoreDamage.At(path, offset, $"LSN {_due} is due and LSN {other.Lsn} follows");
        }

        if (_due <= _superblock.DurableLsn)
        {
            throw StoreDamage.At(path, offset, $"LSN {_due} cannot be read, and the superblock says that it was on disk");
        }

        int first = _image.FindFrame(at, out LogFrame frame);
        for (int later = first; later >= 0; later = _image.FindFrame(later + frame.Length, out frame))
        {
            if (frame.Synced >= _due)
            {
                throw StoreDamage.At(path, offset, $"LSN {_due} cannot be read, and LSN {frame.Lsn}, written after it, says that it was on disk");
            }
        }

        // A segment is on disk before the next one is begun; so what is written behind a torn one was written by nobody.
        int end = _image.EndOfWritten(at);
        bool isReached = first >= 0 && first < end;
        if (_tornAt is not null || isReached || (end > at && !_image.IsCutShort(at, end, _due)))
        {
            throw StoreDamage.At(path, offset, $"LSN {_due} cannot be read, and no torn write explains that");
        }
    }

    private void RequireEnd()
    {
        long known = Math.Max(_superblock.DurableLsn, _after);
        if (_end.LsnLast < known)
        {
            throw StoreDamage.At(
                _directory.PathOf(LogSegment.NameOf(_end.Segment)), _end.Offset, $"the log ends at LSN {_end.LsnLast}, and LSN {known} was on disk");
        }
    }

    private void EraseTorn()
    {
        foreach ((SegmentHeader header, int from) in _torn)
        {
            using LogSegment segment = LogSegment.Open(_directory, header.Number);
            segment.Erase(from, header.SegmentBytes);
            segment.Sync();
        }
    }
}
