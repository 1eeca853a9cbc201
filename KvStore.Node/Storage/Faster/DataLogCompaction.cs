using FASTER.core;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Empties the oldest part of the data log: records that are still the latest of their key are copied to the tail, then the
/// beginning moves up. Lanes write on; one is held for a moment for each record copied, so that nothing is put over a newer one.
/// Between records it rests (<see cref="PassRest"/>). Where the disk is full it gives up, because what it copies makes the log longer first.
/// </summary>
/// <remarks>
/// <para>FASTER's own compaction moves the beginning as soon as it has copied. A scan that began before the copies would miss
/// them, since they lie behind its end; and a read that is following a chain of records on disk would find its end too early. So
/// the beginning is moved here only when everybody who began before the last copy is done. A pass, which goes on over many pages,
/// is not waited for between them: it is told of every key that is copied, as of one that is overwritten.</para>
/// <para>A purged key's mark goes with the region: what it hides is older, so it is in the region or gone.</para>
/// <para>The files are deleted later, when no checkpoint needs them.</para>
/// </remarks>
internal sealed class DataLogCompaction(DataLog log, IReadOnlyList<LaneRecords> lanes, OverwrittenKeys overwritten, PassingReaders readers) : IDisposable
{
    /// <summary>Looked up together, without a rest: some milliseconds of work.</summary>
    private const int RecordsMax = 128;
    private const int BytesLeast = 2 << 20;

    private readonly ClientSession<SpanByte, SpanByte, SpanByte, long, CompactedRecord, CompactionFunctions> _session = log.NewCompactionSession();
    private readonly byte[] _key = GC.AllocateUninitializedArray<byte>(Key.LengthMax, pinned: true);
    private readonly Dictionary<Key, CompactedRecord> _batch = [];

    private long _copiedBytes;
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(BytesLeast, pinned: true);
    private int _used;

    /// <summary>Bytes by which copies have made the data log longer, within a few each.</summary>
    public long CopiedBytes => Volatile.Read(ref _copiedBytes);

    /// <param name="until">A page's beginning, below which nothing is written any more: see <see cref="DataLog.CompactableUntil"/>.</param>
    /// <param name="rest">For as long as one goes on to compact.</param>
    /// <returns>False if nothing was moved, because the data log is damaged or the disk is full.</returns>
    public bool Run(long until, PassRest rest, CancellationToken cancellationToken)
    {
        using (DataLogRecords records = new(log, log.BeginAddress, until))
        {
            while (records.MoveNext(out RecordInfo info))
            {
                rest.Met(cancellationToken, info.Tombstone ? 0 : records.Value.Length);
                if (log.HasNoRoom)
                {
                    break;
                }

                if (!info.Tombstone)
                {
                    Take(records, rest);
                }
            }
        }

        CopyBatch(rest);
        if (log.IsDamaged || log.HasNoRoom)
        {
            return false;
        }

        readers.WaitForEarlier();
        foreach (LaneRecords lane in lanes)
        {
            lane.WaitForEarlierReads();
        }

        log.MoveBegin(until);
        return true;
    }

    public void Dispose() => _session.Dispose();

    private void Take(DataLogRecords records, PassRest rest)
    {
        ReadOnlySpan<byte> value = records.Value;
        if (_batch.Count == RecordsMax || _used + value.Length > _bytes.Length)
        {
            CopyBatch(rest);
        }

        if (_bytes.Length < value.Length)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(value.Length, pinned: true);
        }

        // In the place of an earlier one of the same key, which is dead.
        Key key = new(records.Key.ToArray());
        _batch[key] = new CompactedRecord(key, records.Address, _used, value.Length);
        value.CopyTo(_bytes.AsSpan(_used));
        _used += value.Length;
    }

    /// <summary>Not to be cancelled half way.</summary>
    private void CopyBatch(PassRest rest)
    {
        MovedKeys changed = overwritten.Begin(slots: null);
        try
        {
            // A write that began before is in the log when its lane has settled; a later one is among the changed keys.
            foreach (LaneRecords lane in lanes)
            {
                lane.Settle();
            }

            FindLatest();
            foreach (CompactedRecord record in _batch.Values)
            {
                rest.Met(CancellationToken.None, record.Length);
                if (record.IsLatest)
                {
                    Copy(record, changed);
                }
            }
        }
        finally
        {
            overwritten.End(changed);
        }

        _batch.Clear();
        _used = 0;
    }

    private void FindLatest()
    {
        foreach (CompactedRecord record in _batch.Values)
        {
            SpanByte key = Pinned(record.Key.Span);
            SpanByte input = default;
            long address = 0;
            Status status = _session.Read(ref key, ref input, ref address, record);
            if (!status.IsPending)
            {
                record.LatestAddress = status.Found ? address : 0;
            }
        }

        _session.CompletePending(wait: true);
    }

    private void Copy(CompactedRecord record, MovedKeys changed)
    {
        LaneRecords lane = lanes[record.Key.Slot.Number % lanes.Count];
        lane.Hold();
        try
        {
            if (!changed.Contains(record.Key))
            {
                overwritten.Add(record.Key);
                SpanByte key = Pinned(record.Key.Span);
                SpanByte value = SpanByte.FromPinnedMemory(_bytes.AsMemory(record.Offset, record.Length));
                lock (log.Appending)
                {
                    Status status = _session.Upsert(ref key, ref value);
                    Invariant.Holds(!status.IsPending && !status.IsFaulted);
                }

                Volatile.Write(ref _copiedBytes, _copiedBytes + DataLogSize.LengthOf(record.Key, record.Length));
                StoreMetrics.Copied(record.Length);
            }
        }
        finally
        {
            lane.Release();
        }
    }

    private SpanByte Pinned(ReadOnlySpan<byte> key)
    {
        key.CopyTo(_key);
        return SpanByte.FromFixedSpan(_key.AsSpan(0, key.Length));
    }
}
