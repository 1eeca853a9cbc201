using KvStore.Node.Ring;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage;

/// <summary>
/// The disk of a simulated member: what outlives its process. A log of entries, the first <see cref="DurableLsn"/> of them
/// synced. A process that is killed leaves all that it wrote; a power cut keeps what was synced and an arbitrary prefix of the
/// rest, which is what the real log's recovery leaves as well.
/// Used by one thread.
/// </summary>
internal sealed class SimulatedDisk(ClusterId cluster, MemberId member)
{
    /// <summary>Entry i has log number i + 1.</summary>
    private readonly List<StoreEntry> _log = [];

    public ClusterId Cluster { get; } = cluster;

    public MemberId Member { get; } = member;

    public long BootCount { get; private set; }

    /// <summary>Whether the system has been running since the process before wrote: then all that it wrote is there.</summary>
    public bool IsProvenWhole { get; private set; }

    public long DurableLsn { get; private set; }

    /// <summary>Entries written, synced or not.</summary>
    public long WrittenLsn => _log.Count;

    /// <summary>Whether there is room for <see cref="HeadroomEntries"/> more entries only.</summary>
    public bool IsFull { get; private set; }

    public int HeadroomEntries { get; private set; }

    /// <summary>Set to make the next commit fail, and with it the store's log for good, as a write error does.</summary>
    public StoreFailure? FailureAtNextCommit { get; set; }

    /// <summary>The synced entries in log order, for oracles.</summary>
    public IEnumerable<StoreEntry> Durable => _log.Take((int)DurableLsn);

    public void Fill(int headroomEntries)
    {
        IsFull = true;
        HeadroomEntries = headroomEntries;
    }

    public void Free() => IsFull = false;

    /// <summary>The whole disk is lost; what is opened next is empty.</summary>
    public void Wipe()
    {
        _log.Clear();
        DurableLsn = 0;
        BootCount = 0;
        IsProvenWhole = false;
    }

    /// <summary>The disk lied: the last of what it reported synced is gone after all. Only while no process has it open.</summary>
    public void LoseTail(int entries)
    {
        _log.RemoveRange(Math.Max(0, _log.Count - entries), Math.Min(entries, _log.Count));
        DurableLsn = _log.Count;
        IsProvenWhole = false;
    }

    /// <summary>What a copy of the disk taken now holds, to be put back later.</summary>
    public (long BootCount, IReadOnlyList<StoreEntry> Entries) Copy() => (BootCount, [.. Durable]);

    /// <summary>An older copy is put back. Only while no process has it open.</summary>
    public void PutBack((long BootCount, IReadOnlyList<StoreEntry> Entries) copy)
    {
        Wipe();
        BootCount = copy.BootCount;
        _log.AddRange(copy.Entries);
        DurableLsn = _log.Count;
    }

    /// <summary>A process opens the disk. What it reads it may rely on, as a real recovery syncs what it keeps.</summary>
    internal IReadOnlyList<StoreEntry> Open()
    {
        BootCount++;
        DurableLsn = _log.Count;
        return [.. _log.Select(Reread)];
    }

    /// <returns>False if the disk is full and they do not fit.</returns>
    internal bool TryWrite(IReadOnlyCollection<StoreEntry> entries)
    {
        if (IsFull && entries.Count > HeadroomEntries)
        {
            return false;
        }

        HeadroomEntries -= IsFull ? entries.Count : 0;
        _log.AddRange(entries);
        return true;
    }

    internal void Sync(long lsn)
    {
        Invariant.Holds(lsn >= DurableLsn && lsn <= WrittenLsn);
        DurableLsn = lsn;
    }

    /// <summary>The process is gone, the system goes on.</summary>
    internal void Kill(bool isProvenWhole) => IsProvenWhole = isProvenWhole;

    internal void CutPower(Random random)
    {
        IsProvenWhole = false;
        int kept = (int)DurableLsn + random.Next((int)(WrittenLsn - DurableLsn) + 1);
        _log.RemoveRange(kept, _log.Count - kept);
    }

    /// <summary>The entry as it comes back from bytes, so that the codec is on the path of every simulated restart.</summary>
    private static StoreEntry Reread(StoreEntry entry)
    {
        byte[] payload = new byte[LogPayload.LengthOf(entry)];
        LogPayload.Write(entry, payload);
        switch (entry.Kind)
        {
            case StoreEntryKind.Record:
                Invariant.Holds(LogPayload.TryReadRecord(payload, out ReplayedEntry record));
                return StoreEntry.Of(new Key(record.Key.ToArray()), record.Record);
            case StoreEntryKind.Purge:
                Invariant.Holds(LogPayload.TryReadPurge(payload, raisesFloor: true, out ReplayedEntry purge));
                return StoreEntry.Purge(new Key(purge.Key.ToArray()), purge.Purged);
            case StoreEntryKind.Removal:
                Invariant.Holds(LogPayload.TryReadPurge(payload, raisesFloor: false, out ReplayedEntry removal));
                return StoreEntry.Removal(new Key(removal.Key.ToArray()), removal.Purged);
            case StoreEntryKind.Fact:
                Invariant.Holds(LogPayload.TryReadFact(payload, out Fact fact));
                return StoreEntry.Of(fact);
            default:
                throw new InvariantViolation($"Unknown entry kind {entry.Kind}");
        }
    }
}
