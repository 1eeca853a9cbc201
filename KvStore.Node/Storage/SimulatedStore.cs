using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// The store of a simulated member. It has no thread and no clock: commits, disk reads and scans end when the simulation
/// runs the completion it was handed through <c>schedule</c>, so a seed decides their order and delay. Like the real store
/// it commits in groups (whatever was appended while a commit was under way is the next one) and lets nobody read what was
/// not applied.
/// </summary>
internal sealed class SimulatedStore : IStore
{
    private readonly SimulatedDisk _disk;
    private readonly Action<Action> _schedule;
    private readonly Random _random;
    private readonly double _diskReadRate;
    private readonly StoreFacts _facts = new();
    private readonly StoreCounts _counts;
    private readonly Dictionary<Key, RegisterRecord> _applied = [];
    private readonly SimulatedPass _passes;

    private List<StoreEntry> _waiting = [];
    private StoreEvents? _events;
    private StoreFailure? _failure;
    private long _appendedLsn;
    private long _commits;
    private bool _committing;
    private bool _vouched;
    private bool _recounting;
    private bool _closed;

    /// <param name="disk">Opened by this store; the one before on it must have crashed or been disposed of.</param>
    /// <param name="schedule">Runs the completion later, never inside the call, on the simulation's one thread.</param>
    /// <param name="random">The disk's stream of chance.</param>
    /// <param name="diskReadRate">How many reads, of 1, answer that they need the disk.</param>
    /// <param name="flaw">A mistake made on purpose.</param>
    public SimulatedStore(SimulatedDisk disk, Action<Action> schedule, Random random, double diskReadRate, ProtocolFlaw flaw = ProtocolFlaw.None)
    {
        _counts = new StoreCounts(flaw: flaw);
        _disk = disk;
        _schedule = schedule;
        _random = random;
        _diskReadRate = diskReadRate;
        _passes = new SimulatedPass(_applied, random, disk.BootCount + 1);
        foreach (StoreEntry entry in disk.Open())
        {
            Replay(entry);
        }

        _appendedLsn = disk.DurableLsn;
        Contents = new StoreContents(disk.Cluster, disk.Member, disk.BootCount, random.NextInt64(), disk.IsProvenWhole, disk.DurableLsn, _facts.Standing());
    }

    public StoreContents Contents { get; }

    public StoreStatus Status
    {
        get
        {
            StoreTotals total = _counts.Total();
            return new StoreStatus(
                total.Keys, total.Tombstones, total.ValueBytes, _appendedLsn, _disk.DurableLsn, _commits, 0, StoreFiles.None, 0, "commit", _failure);
        }
    }

    public void Start(StoreEvents events)
    {
        Invariant.Holds(_events is null);
        _events = events;
        RecountUnknown();
    }

    public StoreFailure? Shortage => _disk.IsFull ? new StoreFailure(true, "The simulated disk is full.") : null;

    /// <summary>What waited for room is written.</summary>
    public void SpaceReturned() => StartCommit();

    public void Vouch() => _vouched = true;

    /// <summary>The process dies: nothing is reported any more, and what was written stays.</summary>
    public void Kill()
    {
        _closed = true;
        _disk.Kill(IsProvenWhole);
    }

    /// <summary>The machine dies: the disk keeps an arbitrary part of what was not synced.</summary>
    public void CutPower()
    {
        _closed = true;
        _disk.CutPower(_random);
    }

    public bool TryRead(int lane, in Key key, out RegisterRecord record)
    {
        Invariant.Holds(_events is not null);
        bool inMemory = _diskReadRate == 0 || _random.NextDouble() >= _diskReadRate;
        record = inMemory ? _applied.GetValueOrDefault(key) : RegisterRecord.Absent;
        return inMemory;
    }

    public bool TryView(int lane, in Key key, out RegisterView view)
    {
        bool inMemory = TryRead(lane, key, out RegisterRecord record);
        view = RegisterView.Of(record.State);
        return inMemory;
    }

    public void BeginRead(int lane, in Key key, long token)
    {
        Key asked = key;
        Schedule(() => _events!.ReadCompleted(lane, token, _applied.GetValueOrDefault(asked)));
    }

    public long Append(ReadOnlySpan<StoreEntry> entries)
    {
        Invariant.Holds(_events is not null);
        bool isTaken = _failure is null && !_closed;
        foreach (StoreEntry entry in entries)
        {
            _appendedLsn++;
            if (isTaken)
            {
                _waiting.Add(entry);
                _facts.Append(_appendedLsn, entry);
            }
        }

        StartCommit();

        return _appendedLsn;
    }

    public void Apply(int lane, in Key key, in RegisterRecord previous, in RegisterRecord record, long lsn)
    {
        Invariant.Holds(!record.IsAbsent);
        _counts.Replace(key, previous, record);
        _applied[key] = record;
        _passes.Written(key);
    }

    public void ApplyPurge(int lane, in Key key, in RegisterRecord tombstone, long lsn)
    {
        Invariant.Holds(tombstone.State is { Kind: RegisterKind.Tombstone });
        _counts.Replace(key, tombstone, RegisterRecord.Absent);
        _counts.RaiseFloor(key.Slot, tombstone.Ballot);
        _applied.Remove(key);
        _passes.Removed(key);
        RecountUnknown();
    }

    public void ApplyRemoval(int lane, in Key key, in RegisterRecord record, long lsn)
    {
        Invariant.Holds(!record.IsAbsent);
        _counts.Replace(key, record, RegisterRecord.Absent);
        _applied.Remove(key);
        _passes.Removed(key);
    }

    public void ApplyFloor(int lane, Slot slot, Ballot floor)
    {
        _counts.RaiseFloor(slot, floor);
        RecountUnknown();
    }

    public Ballot FloorOf(Slot slot) => _counts.FloorOf(slot);

    public SlotCounts CountsOf(Slot slot) => _counts.Of(slot);

    public Ballot[] DurableFloorsOf(IReadOnlyList<ushort> numbers) => _facts.FloorsOf(numbers);

    public IReadOnlyList<Fact> StandingFacts() => _facts.Standing();

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken) =>
        Later(() => Scan(scan), cancellationToken);

    public ValueTask<PassPage> ReadPassAsync(StorePass pass, CancellationToken cancellationToken) =>
        Later(() => _passes.Read(pass), cancellationToken);

    /// <summary>A clean stop: what was appended is on the disk, nothing is reported any more.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_closed && _failure is null)
        {
            _disk.TryWrite(_waiting);
            _disk.Sync(_disk.WrittenLsn);
        }

        if (!_closed)
        {
            _disk.Kill(IsProvenWhole);
        }

        _closed = true;
        return ValueTask.CompletedTask;
    }

    private bool IsProvenWhole => _vouched || Contents.IsProvenWhole;

    private void Replay(in StoreEntry entry)
    {
        _facts.Set(entry);
        switch (entry.Kind)
        {
            case StoreEntryKind.Record:
                Apply(0, entry.Key, _applied.GetValueOrDefault(entry.Key), entry.Record, 0);
                return;
            case StoreEntryKind.Purge or StoreEntryKind.Removal:
                RegisterRecord removed = _applied[entry.Key];
                Invariant.Holds(removed.Ballot == entry.Purged);
                if (entry.Kind == StoreEntryKind.Purge)
                {
                    ApplyPurge(0, entry.Key, removed, 0);
                }
                else
                {
                    ApplyRemoval(0, entry.Key, removed, 0);
                }

                return;
            case StoreEntryKind.Fact when entry.Fact.Kind == FactKind.Floor && !entry.Fact.Payload.IsEmpty:
                _counts.RaiseFloor(new Slot((int)entry.Fact.Number), Ballot.ReadFrom(entry.Fact.Payload.Span));
                return;
            default:
                return;
        }
    }

    private void StartCommit()
    {
        if (_committing || _waiting.Count == 0 || _failure is not null)
        {
            return;
        }

        if (!_disk.TryWrite(_waiting))
        {
            return; // until SpaceReturned
        }

        _committing = true;
        _waiting = [];
        long lsn = _disk.WrittenLsn;
        Schedule(() => EndCommit(lsn));
    }

    private void EndCommit(long lsn)
    {
        _committing = false;
        if (_disk.FailureAtNextCommit is { } failure)
        {
            _disk.FailureAtNextCommit = null;
            _failure = failure;
            _waiting = [];
            _events!.Failed(failure);
            return;
        }

        _disk.Sync(lsn);
        _commits++;
        _facts.MakeDurable(lsn);
        _events!.Durable(lsn);
        StartCommit();
    }

    private StorePage Scan(StoreScan scan)
    {
        StorePageBuilder page = new(scan);
        foreach (Key key in _applied.Keys)
        {
            page.Offer(key);
        }

        return page.Build(_applied.GetValueOrDefault);
    }

    private ValueTask<T> Later<T>(Func<T> read, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> page = new();
        Schedule(() =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                page.SetCanceled(cancellationToken);
            }
            else
            {
                page.SetResult(read());
            }
        });
        return new ValueTask<T>(page.Task);
    }

    /// <summary>As the real store does it: one recount at a time, and what is applied until it ends counts.</summary>
    private void RecountUnknown()
    {
        if (_events is null || _recounting)
        {
            return;
        }

        HashSet<Slot> slots = [.. _counts.UnknownSlots().Where(_counts.BeginRecount)];
        List<(Slot Slot, RecordWeight Tombstone)> found =
        [
            .. _applied.Where(pair => slots.Contains(pair.Key.Slot) && pair.Value.State!.Kind == RegisterKind.Tombstone)
                .Select(pair => (pair.Key.Slot, _counts.WeightOf(pair.Key, pair.Value))),
        ];
        if (slots.Count > 0)
        {
            _recounting = true;
            Schedule(() => EndRecount(slots, found));
        }
    }

    private void EndRecount(IEnumerable<Slot> slots, List<(Slot Slot, RecordWeight Tombstone)> found)
    {
        found.ForEach(entry => _counts.Found(entry.Slot, entry.Tombstone));
        foreach (Slot slot in slots)
        {
            _counts.EndRecount(slot);
        }

        _recounting = false;
        RecountUnknown();
    }

    private void Schedule(Action completion) => _schedule(() =>
    {
        if (!_closed)
        {
            completion();
        }
    });
}
