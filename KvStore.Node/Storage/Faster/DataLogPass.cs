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
/// <param name="isAwaited">Whether another page waits until this one is read.</param>
internal sealed class DataLogPass(
    DataLog log, IReadOnlyList<LaneRecords> lanes, OpenPasses passes, PassingReaders readers, KeptPassReaders kept, Func<bool> isAwaited)
{
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
        PassPageBuilder page = new(request);
        PassRest rest = PassRest.ForPage(() => request.IsHurried?.Invoke() == true || isAwaited() || readers.IsWaitedFor, TimeProvider.System);
        OpenPass pass = passes.Find(request, out PassCursor start);
        lock (pass.Gate)
        {
            if (pass.NeedsEnd)
            {
                pass.FixEnd(SettledTail);
            }

            if ((ReadRecords(pass, start, page, rest, cancellationToken) ?? ReadMoved(pass, start, page, rest, cancellationToken)) is { } cut)
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
    private PassCursor? ReadRecords(OpenPass pass, PassCursor start, PassPageBuilder page, PassRest rest, CancellationToken cancellationToken)
    {
        if (start.Address >= pass.End)
        {
            return null;
        }

        PassReader reader = kept.Take(pass, start.Address);
        PassCursor? cut = null;
        try
        {
            cut = reader.Read(start, page, rest, cancellationToken);
        }
        finally
        {
            if (cut is null)
            {
                reader.Dispose();
            }
        }

        if (cut is not null)
        {
            kept.Keep(reader);
        }

        return cut;
    }

    /// <returns>As of <see cref="ReadRecords"/>.</returns>
    private PassCursor? ReadMoved(OpenPass pass, PassCursor start, PassPageBuilder page, PassRest rest, CancellationToken cancellationToken)
    {
        using PassCandidates candidates = new(log, lanes);
        IReadOnlyList<Key> moved = pass.CloseList();
        for (int i = start.Moved; i < moved.Count; i++)
        {
            rest.Met(cancellationToken);
            candidates.Add(moved[i], address: 0, start with { Address = pass.End, Moved = i }, moved[i].Length);
            if (candidates.AreEnoughFor(page) && candidates.MoveTo(page) is { } cut)
            {
                return cut;
            }
        }

        return candidates.MoveTo(page);
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
