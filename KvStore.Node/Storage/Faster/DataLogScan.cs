using FASTER.core;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// One page of a scan: a pass of the whole data log that keeps the smallest keys wanted, then their latest records. The log is
/// in the order of writing and there is no index by key, so every page costs a pass; but no write waits for it.
/// </summary>
internal sealed class DataLogScan(DataLog log, IReadOnlyList<LaneRecords> lanes, OverwrittenKeys overwritten, PassingReaders readers)
{
    private const int RecordsPerCancellationCheck = 1024;

    public StorePage Run(StoreScan scan, CancellationToken cancellationToken)
    {
        int side = readers.Enter();
        try
        {
            return Read(scan, cancellationToken);
        }
        finally
        {
            readers.Leave(side);
        }
    }

    private StorePage Read(StoreScan scan, CancellationToken cancellationToken)
    {
        StorePageBuilder page = new(scan);
        MovedKeys moved = overwritten.Begin(scan.Slots);
        try
        {
            Pass(page, cancellationToken);

            // Those that come in while these are taken do not matter: what the pass may have missed was overwritten before it ended.
            foreach (Key key in moved.ToArray())
            {
                page.Offer(key);
            }
        }
        finally
        {
            overwritten.End(moved);
        }

        using HeldReads reads = new(log, lanes);
        return page.Build(key =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Read(reads, key);
        });
    }

    /// <summary>
    /// Offers every key that was there when it began and is not among the moved ones. The lanes settle twice: so
    /// that each overwrite still to come knows of the scan, and so that no record below the end is half written.
    /// </summary>
    private void Pass(StorePageBuilder page, CancellationToken cancellationToken)
    {
        Settle();
        long end = log.TailAddress;
        Settle();
        using DataLogRecords records = new(log, log.BeginAddress, end);
        for (long count = 0; records.MoveNext(out RecordInfo _); count++)
        {
            page.Offer(records.Key);
            if (count % RecordsPerCancellationCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        log.ThrowIfDamaged();
    }

    private void Settle()
    {
        foreach (LaneRecords lane in lanes)
        {
            lane.Settle();
        }
    }

    private RegisterRecord Read(HeldReads reads, in Key key)
    {
        PendingRead read = reads.Begin(key);
        if (!read.IsDone)
        {
            reads.Complete();
        }

        log.ThrowIfDamaged();
        return read.Record;
    }
}
