using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>
/// A thousand operations on a store over several lives: some end with a clean stop, some with the process killed, and some with
/// a power cut, after which the next one begins in what that left. So recovery's own writes are among what is recorded.
/// </summary>
internal sealed class RecordedRun
{
    private const int Keys = 120;
    private const int LargeValue = 3000;
    private const int OperationsPerCheckpoint = 30;

    /// <summary>Of the appends, one in so many removes what a slot that moved away would leave: some keys, one right after the other.</summary>
    private const int OperationsPerSweep = 24;

    private const int SweptMax = 12;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Random _random;
    private readonly string _root;
    private readonly List<RecordedLife> _lives = [];
    private readonly object _gate = new();
    private readonly Dictionary<Key, RegisterRecord> _applied = [];
    private readonly Queue<(long Lsn, StoreEntry Entry)> _unapplied = [];
    private readonly Dictionary<Key, Ballot> _tombstones = [];

    /// <summary>Every key's last record, on disk or not.</summary>
    private readonly Dictionary<Key, Ballot> _held = [];

    private long _durable;
    private int _number;

    private RecordedRun(string root, int seed)
    {
        _root = root;
        _random = new Random(seed);
    }

    /// <param name="root">A directory of its own.</param>
    /// <param name="operations">Entries appended by all lives together, at least.</param>
    public static IReadOnlyList<RecordedLife> Execute(string root, int operations, int lives, int seed)
    {
        RecordedRun run = new(root, seed);
        DirectoryImage image = new();
        StoreTruth truth = new();
        for (int life = 0; life < lives; life++)
        {
            (image, truth) = run.Live(image, truth, operations / lives, (LifeEnd)(life % 3));
        }

        return run._lives;
    }

    /// <summary>Small, so that segments change, pages go to disk and checkpoints are made every few dozen operations.</summary>
    public static StoreOptions Options(string root) => FasterStoreHarness.Options(root) with { CheckpointBytes = 48 << 10 };

    private (DirectoryImage Left, StoreTruth Truth) Live(DirectoryImage before, StoreTruth truth, int operations, LifeEnd end)
    {
        before.WriteTo(_root);
        RecordedDisk disk = new(_root);
        FasterStore store = FasterStore.Open(Options(_root) with { Observer = disk });
        long recovered = store.Contents.DurableLsn;
        truth.CutAfter(recovered);
        Begin(truth, recovered);
        disk.Promised(recovered);
        store.Start(new StoreEvents(lsn => Report(disk, lsn), _ => { }, (_, _, _) => { }));
        for (int done = 0; done < operations;)
        {
            done += Operate(store, truth);
        }

        if (end != LifeEnd.Stopped)
        {
            disk.Kill();
        }

        store.DisposeAsync().AsTask().Wait(Deadline);
        _lives.Add(new RecordedLife(before, disk, truth, _lives.Count == 0 ? 0 : _lives[^1].Disk.PromisedBefore(int.MaxValue)));
        DirectoryImage left = end == LifeEnd.PowerCut ? AfterPowerCut(before, disk) : DirectoryImage.Read(_root);
        return (left, truth.Copy());
    }

    private DirectoryImage AfterPowerCut(DirectoryImage before, RecordedDisk disk)
    {
        CrashState[] states = [.. CrashStates.After(new CrashModel(before, disk.Steps), disk.Steps.Count)];
        return states[_random.Next(states.Length)].Image;
    }

    private void Begin(StoreTruth truth, long recovered)
    {
        lock (_gate)
        {
            _durable = recovered;
        }

        _unapplied.Clear();
        _applied.Clear();
        _tombstones.Clear();
        _held.Clear();
        foreach ((Key key, RegisterRecord record) in truth.At(recovered).Records)
        {
            _applied[key] = record;
            Note(key, record);
        }
    }

    /// <summary>Appends a few entries, mostly waits until they are durable, and applies what is.</summary>
    private int Operate(FasterStore store, StoreTruth truth)
    {
        StoreEntry[] entries = _random.Next(OperationsPerSweep) == 0 && _held.Count > 0
            ? Sweep()
            : [.. Enumerable.Range(0, 1 + _random.Next(_random.Next(1, 5))).Select(_ => Next())];
        foreach (StoreEntry entry in entries)
        {
            truth.Append(entry);
            _unapplied.Enqueue((truth.LsnLast, entry));
        }

        long lsn = store.Append(entries);
        if (_random.Next(4) > 0)
        {
            WaitDurable(lsn);
        }

        Apply(store);
        if (_random.Next(OperationsPerCheckpoint) == 0)
        {
            WantCheckpoint(store);
        }

        return entries.Length;
    }

    /// <summary>Every other time waits until it is made, so that there are some however slow the machine is.</summary>
    private void WantCheckpoint(FasterStore store)
    {
        long before = store.Status.Files.CheckpointNumber;
        store.WantCheckpoint();
        if (_random.Next(2) == 0 && !SpinWait.SpinUntil(() => store.Status.Files.CheckpointNumber > before, Deadline))
        {
            throw new TimeoutException($"No checkpoint after {before} within {Deadline}.");
        }
    }

    private StoreEntry Next()
    {
        int number = _number++;
        switch (_random.Next(10))
        {
            case 0:
                return StoreEntry.Of(StoreHarness.FactOf(FactKind.Bound, number % 3, $"bound {number}"));
            case 1:
                return StoreEntry.Of(StoreHarness.FactOf(FactKind.PendingChange, _random.Next(8), _random.Next(2) == 0 ? "" : $"change {number}"));
            case 2:
                return StoreEntry.Of(StoreHarness.FactOf(FactKind.Topology, number % 3, $"topology {number}"));
            case 3 when _tombstones.Count > 0:
                (Key purged, Ballot tombstone) = _tombstones.First();
                _tombstones.Remove(purged);
                _held.Remove(purged);
                return StoreEntry.Purge(purged, tombstone);
            case 4 when number % 4 == 0:
                return StoreEntry.Of(Fact.Floor(StoreHarness.KeyOf(_random.Next(Keys)).Slot, StoreHarness.Tombstone(number).Ballot));
            case 4 or 5:
                return Written(StoreHarness.Tombstone(number));
            case 6:
                return Written(StoreHarness.Value(number, LargeValue));
            default:
                return Written(StoreHarness.Value(number, _random.Next(400)));
        }
    }

    /// <summary>Removes some of the keys, as is done with what moved away.</summary>
    private StoreEntry[] Sweep()
    {
        (Key Key, Ballot Ballot)[] swept = [.. _held.Skip(_random.Next(_held.Count)).Take(1 + _random.Next(SweptMax)).Select(pair => (pair.Key, pair.Value))];
        foreach ((Key key, _) in swept)
        {
            _held.Remove(key);
            _tombstones.Remove(key);
        }

        return [.. swept.Select(each => StoreEntry.Removal(each.Key, each.Ballot))];
    }

    private StoreEntry Written(RegisterRecord record)
    {
        Key key = StoreHarness.KeyOf(_random.Next(Keys));
        Note(key, record);
        return StoreEntry.Of(key, record);
    }

    /// <summary>A purge may follow a tombstone that is the key's last entry.</summary>
    private void Note(Key key, in RegisterRecord record)
    {
        _tombstones.Remove(key);
        _held[key] = record.Ballot;
        if (!record.HasValue)
        {
            _tombstones.Add(key, record.Ballot);
        }
    }

    private void Apply(FasterStore store)
    {
        long durable;
        lock (_gate)
        {
            durable = _durable;
        }

        while (_unapplied.TryPeek(out (long Lsn, StoreEntry Entry) next) && next.Lsn <= durable)
        {
            _unapplied.Dequeue();
            Apply(store, next.Entry, next.Lsn);
        }
    }

    private void Apply(FasterStore store, in StoreEntry entry, long lsn)
    {
        Key key = entry.Key;
        switch (entry.Kind)
        {
            case StoreEntryKind.Record:
                store.Apply(StoreHarness.LaneOf(key), key, _applied.GetValueOrDefault(key), entry.Record, lsn);
                _applied[key] = entry.Record;
                break;
            case StoreEntryKind.Purge:
                store.ApplyPurge(StoreHarness.LaneOf(key), key, _applied[key], lsn);
                _applied.Remove(key);
                break;
            case StoreEntryKind.Removal:
                store.ApplyRemoval(StoreHarness.LaneOf(key), key, _applied[key], lsn);
                _applied.Remove(key);
                break;
            case StoreEntryKind.Fact when entry.Fact.Kind == FactKind.Floor:
                Slot slot = new((int)entry.Fact.Number);
                store.ApplyFloor(slot.Number % StoreHarness.Lanes, slot, Ballot.ReadFrom(entry.Fact.Payload.Span));
                break;
        }
    }

    private void Report(RecordedDisk disk, long lsn)
    {
        disk.Promised(lsn);
        lock (_gate)
        {
            _durable = lsn;
            Monitor.PulseAll(_gate);
        }
    }

    private void WaitDurable(long lsn)
    {
        long began = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_durable < lsn)
            {
                TimeSpan left = Deadline - Stopwatch.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                {
                    throw new TimeoutException($"LSN {lsn} is not durable after {Deadline}; durable is {_durable}.");
                }

                Monitor.Wait(_gate, left);
            }
        }
    }
}
