using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Checkpoints;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// The real store: a write-ahead log of our own (<see cref="WriteAheadLog"/>), which is the truth, and FASTER's key-value store
/// over its hybrid log (<see cref="DataLog"/>) for the records that were applied. Checkpoints (<see cref="CheckpointMaker"/>) make
/// the data log's files the truth up to their cut, so that the log before it can go. Opening takes the newest checkpoint that is
/// whole and replays the log after it.
/// </summary>
internal sealed class FasterStore : IStore
{
    /// <summary>Scans under way; further ones wait. Each takes one page of the data log in memory beyond the budget.</summary>
    private const int ScansMax = 2;

    private readonly StoreOptions _options;
    private readonly StoreDirectory _directory;
    private readonly FailStop _failStop;
    private readonly StoreCounts _counts;
    private readonly StoreFacts _facts;
    private readonly OverwrittenKeys _overwritten = new();
    private readonly DataLog _data;
    private readonly LaneRecords[] _lanes;
    private readonly WriteAheadLog _log;
    private readonly AppliedMark _applied;
    private readonly CheckpointMaker _checkpoints;
    private readonly PassingReaders _readers = new();
    private readonly StoreUpkeep _upkeep;
    private readonly SemaphoreSlim _scans = new(ScansMax);
    private readonly PageThreads _pageThreads = new(ScansMax);
    private int _pagesWaiting;
    private readonly CancellationTokenSource _closing = new();

    private readonly OpenPasses _passes;
    private readonly KeptPassReaders _passReaders;
    private readonly RecountTurn _recounts;

    private StoreEvents? _events;

    private FasterStore(StoreOptions options, StoreDirectory directory, RecoveredRecords data, RecoveredLog recovered)
    {
        _options = options;
        _directory = directory;
        _data = data.Log;
        _counts = data.Counts;
        _facts = data.Facts;
        _failStop = data.FailStop;
        _log = recovered.Log;
        _applied = new AppliedMark(recovered.Contents.DurableLsn);
        _lanes = [.. Enumerable.Range(0, options.Lanes).Select(_ => new LaneRecords(_data, _overwritten, _counts, _applied))];
        CheckpointFiles files = new(directory.Checkpoints);
        _checkpoints = new CheckpointMaker(options, _data, _lanes, _counts, _facts, _applied, _log, files, recovered, data.From);
        _upkeep = new StoreUpkeep(
            new UpkeepPlan(options, _data.Size.SegmentBytes, _data.Size.PageBytes),
            _checkpoints,
            new DataLogCompaction(_data, _lanes, _overwritten, _readers),
            _data,
            _log,
            _failStop,
            directory.Checkpoints.Path,
            recovered.ReplayedBytes);
        Contents = recovered.Contents;
        _data.ReadEnded = ReportReads;
        _passes = new OpenPasses(_overwritten, Contents.BootCount);
        _passReaders = new KeptPassReaders(_data, _lanes);
        _recounts = new RecountTurn(new DataLogRecount(_lanes, _counts, ReadPassAsync), _counts, _closing.Token);
    }

    public StoreContents Contents { get; }

    public StoreFailure? Shortage => _failStop.Room.Shortage;

    public StoreStatus Status
    {
        get
        {
            StoreTotals total = _counts.Total();
            return new StoreStatus(
                total.Keys,
                total.Tombstones,
                total.ValueBytes,
                _log.AppendedLsn,
                _log.DurableLsn,
                _log.Commits,
                _directory.DiskBytes(_directory.Store),
                Files,
                _data.Size.Total,
                DurabilityName,
                _failStop.First);
        }
    }

    private StoreFiles Files
    {
        get
        {
            CheckpointStatus newest = _checkpoints.Status;
            return new StoreFiles(
                newest.Number,
                newest.Lsn,
                Stopwatch.GetElapsedTime(newest.MadeAt),
                newest.Took,
                _directory.DiskBytes(_directory.Log),
                _directory.DiskBytes(_directory.Data),
                _checkpoints.LiveBytes);
        }
    }

    private string DurabilityName => _options.Durability switch
    {
        Durability.Commit => "commit",
        Durability.Interval => "interval",
        Durability.None => "none",
        _ => throw new InvariantViolation($"Unknown durability {_options.Durability}"),
    };

    /// <summary>Opens a member's store, or makes it in an empty directory. Reads all of the data and of the log.</summary>
    /// <exception cref="StoreRefusal">When the options cannot be met, or the directory is in use, not this member's, or damaged.</exception>
    public static FasterStore Open(StoreOptions options)
    {
        options.Validate();
        StoreDirectory directory = StoreDirectory.Open(options);
        RecoveredRecords? data = null;
        try
        {
            Superblock superblock = directory.ReadSuperblock(options);
            data = RecoveredRecords.Open(options, directory, superblock);
            return new FasterStore(options, directory, data, RecoveredLog.Open(options, directory, superblock, data));
        }
        catch (Exception exception)
        {
            data?.Log.Dispose();
            directory.Dispose();
            if (DiskError.Is(exception))
            {
                throw StoreDirectory.CannotUse(options.Directory, exception);
            }

            throw;
        }
    }

    public void Start(StoreEvents events)
    {
        Invariant.Holds(_events is null);
        _events = events;
        _failStop.Start(failure =>
        {
            _log.Stop();
            events.Failed(failure);
        });
        _log.Start(
            lsn =>
            {
                events.Durable(lsn);
                _upkeep.Grown();
            },
            () => _upkeep.IsBehind);
        _upkeep.Start();
        _recounts.Want();
    }

    public bool TryRead(int lane, in Key key, out RegisterRecord record) => _lanes[lane].TryRead(key, out record);

    public bool TryView(int lane, in Key key, out RegisterView view) => _lanes[lane].TryView(key, out view);

    public void BeginRead(int lane, in Key key, long token)
    {
        if (_lanes[lane].BeginRead(key, token) is { } done)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Report(lane, done), null);
        }
    }

    public void Vouch() => _log.Vouch();

    public long Append(ReadOnlySpan<StoreEntry> entries)
    {
        long last = _log.Append(entries);
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].Kind == StoreEntryKind.Fact)
            {
                // A checkpoint takes the facts as they stand.
                _applied.Add(last - entries.Length + 1 + i);
            }
        }

        return last;
    }

    public void Apply(int lane, in Key key, in RegisterRecord previous, in RegisterRecord record, long lsn)
    {
        Invariant.Holds(!record.IsAbsent);
        _lanes[lane].Write(key, previous, record, lsn);
    }

    public void ApplyPurge(int lane, in Key key, in RegisterRecord tombstone, long lsn)
    {
        Invariant.Holds(tombstone.State is { Kind: RegisterKind.Tombstone });
        _lanes[lane].Purge(key, tombstone, lsn);
        RecountIfUnknown(key.Slot);
    }

    public void ApplyRemoval(int lane, in Key key, in RegisterRecord record, long lsn)
    {
        Invariant.Holds(!record.IsAbsent);
        _lanes[lane].Remove(key, record, lsn);
    }

    public void ApplyFloor(int lane, Slot slot, Ballot floor)
    {
        _lanes[lane].RaiseFloor(slot, floor);
        RecountIfUnknown(slot);
    }

    public Ballot FloorOf(Slot slot) => _counts.FloorOf(slot);

    public SlotCounts CountsOf(Slot slot) => _lanes[slot.Number % _lanes.Length].CountsOf(slot);

    public Ballot[] DurableFloorsOf(IReadOnlyList<ushort> numbers) => _facts.FloorsOf(numbers);

    public IReadOnlyList<Fact> StandingFacts() => _facts.Standing();

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken) =>
        InTurnAsync(stop => new DataLogScan(_data, _lanes, _overwritten, _readers).Run(scan, stop), cancellationToken);

    public ValueTask<PassPage> ReadPassAsync(StorePass pass, CancellationToken cancellationToken) =>
        InTurnAsync(stop => new DataLogPass(_data, _lanes, _passes, _readers, _passReaders, () => Volatile.Read(ref _pagesWaiting) > 0).Run(pass, stop), cancellationToken);

    /// <summary>Has a checkpoint made soon. It holds all that was applied before the call.</summary>
    public void WantCheckpoint() => _upkeep.Want();

    /// <summary>Commits what was appended, waits for scans to give up, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _recounts.StopAsync();
        for (int i = 0; i < ScansMax; i++)
        {
            await _scans.WaitAsync(CancellationToken.None);
        }

        _pageThreads.Dispose();
        _passReaders.Dispose();
        _upkeep.Dispose();
        _log.Dispose();
        foreach (LaneRecords lane in _lanes)
        {
            lane.Dispose();
        }

        _data.Dispose();
        _directory.Dispose();
        _closing.Dispose();
        _scans.Dispose();
    }

    private void RecountIfUnknown(Slot slot)
    {
        if (_counts.IsUnknown(slot))
        {
            _recounts.Want();
        }
    }

    private async ValueTask<T> InTurnAsync<T>(Func<CancellationToken, T> scan, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        Interlocked.Increment(ref _pagesWaiting);
        try
        {
            await _scans.WaitAsync(either.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _pagesWaiting);
        }

        try
        {
            return await _pageThreads.RunAsync(() => scan(either.Token));
        }
        finally
        {
            _scans.Release();
        }
    }

    /// <summary>On a store's thread: reports the reads of all lanes that a disk read may have ended.</summary>
    private void ReportReads()
    {
        List<PendingRead> ended = [];
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            _lanes[lane].CompleteReads(ended);
            foreach (PendingRead read in ended)
            {
                Report(lane, read);
            }

            ended.Clear();
        }
    }

    /// <summary>What a damaged data log gives is reported to nobody: the store has failed, and silence is the truth.</summary>
    private void Report(int lane, PendingRead read)
    {
        if (!_data.IsDamaged)
        {
            _events!.ReadCompleted(lane, read.Token!.Value, read.Record);
        }
    }
}
