using FASTER.core;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// One page of a pass through the data log, from the cursor's address to the pass's end or until the page is full, then the
/// keys that moved meanwhile (<see cref="OpenPass"/>). A record counts if it is its key's latest; one that was replaced is
/// passed over, because its key is in the list or its successor further on.
/// </summary>
/// <remarks>
/// Between two pages records may move and the log's beginning with them, as long as every key that moves is told to
/// <see cref="OverwrittenKeys"/>; while a page is read, the addresses it reads must stay.
/// </remarks>
internal sealed class DataLogPass(DataLog log, IReadOnlyList<LaneRecords> lanes, OpenPasses passes, PassingReaders readers)
{
    private const int RecordsPerCancellationCheck = 1024;

    public PassPage Run(StorePass request, CancellationToken cancellationToken)
    {
        int side = readers.Enter();
        try
        {
            return Read(request, cancellationToken);
        }
        finally
        {
            readers.Leave(side);
        }
    }

    private PassPage Read(StorePass request, CancellationToken cancellationToken)
    {
        using DataLogSession session = new(log, static (read, record) => read.Complete(record));
        PassCandidates candidates = new(session);
        PassPageBuilder page = new(request);
        OpenPass pass = passes.Find(request, out PassCursor start);
        lock (pass.Gate)
        {
            if (pass.NeedsEnd)
            {
                pass.FixEnd(SettledTail);
            }

            if ((ReadRecords(pass, start, page, candidates, cancellationToken) ?? ReadMoved(pass, start, page, candidates)) is { } cut)
            {
                return page.CutAt(cut);
            }

            if (pass.IsAbandoned)
            {
                return page.CutAt(PassCursor.Start);
            }
        }

        passes.End(pass);
        return page.Complete();
    }

    /// <returns>Where the page was full, or null.</returns>
    private PassCursor? ReadRecords(
        OpenPass pass, PassCursor start, PassPageBuilder page, PassCandidates candidates, CancellationToken cancellationToken)
    {
        using IFasterScanIterator<SpanByte, SpanByte> records = log.Scan(Math.Max(log.BeginAddress, start.Address), pass.End);
        for (long count = 0; records.GetNext(out RecordInfo info); count++)
        {
            if (count % RecordsPerCancellationCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!info.Tombstone && pass.Slots(Slots.Of(records.GetKey().AsReadOnlySpan())))
            {
                ReadOnlySpan<byte> record = records.GetValue().AsReadOnlySpan();
                Key key = new(records.GetKey().AsReadOnlySpan().ToArray());
                candidates.Add(key, Ballot.ReadFrom(record), start with { Address = records.CurrentAddress }, key.Length + record.Length);
                if ((candidates.IsFull || candidates.Count > page.CountLeft) && MoveTo(page, candidates) is { } cut)
                {
                    return cut;
                }
            }
        }

        return MoveTo(page, candidates);
    }

    private PassCursor? ReadMoved(OpenPass pass, PassCursor start, PassPageBuilder page, PassCandidates candidates)
    {
        IReadOnlyList<Key> moved = pass.CloseList();
        for (int i = start.Moved; i < moved.Count; i++)
        {
            candidates.Add(moved[i], Ballot.Zero, start with { Address = pass.End, Moved = i }, moved[i].Length);
            if ((candidates.IsFull || candidates.Count > page.CountLeft) && MoveTo(page, candidates) is { } cut)
            {
                return cut;
            }
        }

        return MoveTo(page, candidates);
    }

    private PassCursor? MoveTo(PassPageBuilder page, PassCandidates candidates)
    {
        PassCursor? cut = candidates.MoveTo(page);
        log.ThrowIfDamaged();
        return cut;
    }

    /// <summary>
    /// The lanes settle twice: so that each overwrite still to come knows of the pass, and so that no record below the end is
    /// half written.
    /// </summary>
    private long SettledTail()
    {
        Settle();
        long end = log.TailAddress;
        Settle();
        return end;
    }

    private void Settle()
    {
        foreach (LaneRecords lane in lanes)
        {
            lane.Settle();
        }
    }
}
