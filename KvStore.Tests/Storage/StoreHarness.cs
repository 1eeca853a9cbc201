using System.Runtime.InteropServices;
using System.Text;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>Drives a store as a lane does, and remembers what it was told. One for each implementation.</summary>
internal abstract class StoreHarness : IAsyncDisposable
{
    public const int Lanes = 3;

    private readonly Dictionary<Key, RegisterRecord> _applied = [];
    private readonly Dictionary<Key, Queue<long>> _appended = [];
    private long _nextToken;

    public abstract IStore Store { get; }

    /// <summary>The last log number reported durable.</summary>
    public long Durable { get; protected set; }

    public List<StoreFailure> Failures { get; } = [];

    public IReadOnlyDictionary<Key, RegisterRecord> Applied => _applied;

    public bool HasCompletedReads => ReadsCompleted.Count > 0;

    protected Dictionary<long, RegisterRecord> ReadsCompleted { get; } = [];

    protected object Gate { get; } = new();

    public static StoreHarness Open(StoreKind kind, bool readsFromDisk = false) => kind == StoreKind.Simulated
        ? new SimulatedStoreHarness(readsFromDisk ? 0.3 : 0)
        : new FasterStoreHarness();

    public static Key KeyOf(string text) => new(Encoding.UTF8.GetBytes(text));

    public static Key KeyOf(int number) => KeyOf($"key-{number:D6}");

    public static int LaneOf(in Key key) => key.Slot.Number % Lanes;

    /// <summary>A record whose bytes say which one it is.</summary>
    public static RegisterRecord Value(int number, int length = 20)
    {
        byte[] value = new byte[length];
        new Random(number).NextBytes(value);
        return Value(number, value);
    }

    public static RegisterRecord Value(int number, byte[] value) => Record(number, RegisterKind.Value, value);

    public static RegisterRecord Tombstone(int number) => Record(number, RegisterKind.Tombstone, []);

    public static Fact FactOf(FactKind kind, long number, string payload) => new(kind, number, Encoding.UTF8.GetBytes(payload));

    public long Append(params StoreEntry[] entries)
    {
        // Not the gate of reports: an append may wait for the committer, which reports.
        lock (_appended)
        {
            long last = Store.Append(entries);
            for (int i = 0; i < entries.Length; i++)
            {
                if (entries[i].Kind != StoreEntryKind.Fact)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_appended, entries[i].Key, out _) ??= new Queue<long>();
                    _appended[entries[i].Key].Enqueue(last - entries.Length + 1 + i);
                }
            }

            return last;
        }
    }

    public void WaitDurable(long lsn) => WaitFor(() => Durable >= lsn, $"log number {lsn} to be durable");

    /// <summary>Appends, waits until it is durable, applies.</summary>
    public void Write(in Key key, in RegisterRecord record)
    {
        WaitDurable(Append(StoreEntry.Of(key, record)));
        Apply(key, record);
    }

    public void WriteAll(IEnumerable<(Key Key, RegisterRecord Record)> records)
    {
        foreach ((Key Key, RegisterRecord Record)[] batch in records.Chunk(256))
        {
            WaitDurable(Append([.. batch.Select(pair => StoreEntry.Of(pair.Key, pair.Record))]));
            foreach ((Key key, RegisterRecord record) in batch)
            {
                Apply(key, record);
            }
        }
    }

    public void Apply(in Key key, in RegisterRecord record)
    {
        Store.Apply(LaneOf(key), key, _applied.GetValueOrDefault(key), record, LsnOf(key));
        _applied[key] = record;
    }

    /// <summary>Purges the key's tombstone, as <see cref="Write"/> writes.</summary>
    public void Purge(in Key key)
    {
        StoreEntry purge = StoreEntry.Purge(key, _applied[key].Ballot);
        WaitDurable(Append(purge));
        ApplyEntry(purge);
    }

    /// <summary>Makes a durable entry count.</summary>
    public void ApplyEntry(in StoreEntry entry)
    {
        switch (entry.Kind)
        {
            case StoreEntryKind.Record:
                Apply(entry.Key, entry.Record);
                return;
            case StoreEntryKind.Purge:
                Store.ApplyPurge(LaneOf(entry.Key), entry.Key, _applied[entry.Key], LsnOf(entry.Key));
                _applied.Remove(entry.Key);
                return;
            case StoreEntryKind.Removal:
                Store.ApplyRemoval(LaneOf(entry.Key), entry.Key, _applied[entry.Key], LsnOf(entry.Key));
                _applied.Remove(entry.Key);
                return;
            case StoreEntryKind.Fact when entry.Fact.Kind == FactKind.Floor:
                Slot slot = new((int)entry.Fact.Number);
                Store.ApplyFloor(slot.Number % Lanes, slot, Ballot.ReadFrom(entry.Fact.Payload.Span));
                return;
            default:
                return;
        }
    }

    /// <summary>Reads as a lane does, from the disk if need be.</summary>
    public RegisterRecord Read(Key key)
    {
        if (Store.TryRead(LaneOf(key), key, out RegisterRecord record))
        {
            return record;
        }

        return ReadBegun(key);
    }

    /// <summary>Reads through the disk's door.</summary>
    public RegisterRecord ReadBegun(Key key)
    {
        long token = Interlocked.Increment(ref _nextToken);
        Store.BeginRead(LaneOf(key), key, token);
        WaitFor(() => ReadsCompleted.ContainsKey(token), $"the read of {key}");
        lock (Gate)
        {
            ReadsCompleted.Remove(token, out RegisterRecord record);
            return record;
        }
    }

    /// <summary>Every applied record reads back as it was written.</summary>
    public void AssertReadsBack()
    {
        foreach ((Key key, RegisterRecord record) in _applied)
        {
            Assert.Equal(Encoded(record), Encoded(Read(key)));
        }
    }

    /// <summary>What the log holds, on top of what is known to be applied: recovery applies all of it.</summary>
    public void ExpectApplied(in Key key, in RegisterRecord record) => _applied[key] = record;

    /// <summary>After a restart: recovery applied just these.</summary>
    public void Expect(IReadOnlyDictionary<Key, RegisterRecord> records)
    {
        _applied.Clear();
        foreach ((Key key, RegisterRecord record) in records)
        {
            _applied.Add(key, record);
        }
    }

    public static string Encoded(in RegisterRecord record)
    {
        if (record.IsAbsent)
        {
            return "absent";
        }

        byte[] bytes = new byte[RegisterCodec.LengthOf(record)];
        RegisterCodec.Write(record, bytes);
        return Convert.ToHexString(bytes);
    }

    /// <summary>Stops cleanly and opens again.</summary>
    public abstract Task ReopenAsync();

    /// <summary>Loses the process and opens what is on disk.</summary>
    public abstract Task CrashAsync();

    /// <summary>Waits for something the store reports.</summary>
    public abstract void WaitFor(Func<bool> condition, string what);

    public abstract void WaitForTask(Task task);

    /// <summary>Waits for what the store does by itself and does not report.</summary>
    public abstract void WaitUntil(Func<bool> condition, string what);

    /// <summary>Everything applied, a page at a time.</summary>
    public IReadOnlyList<StorePageEntry> ScanAll()
    {
        List<StorePageEntry> entries = [];
        for (bool complete = false; !complete;)
        {
            StorePage page = Scan(new StoreScan(default, entries.Count == 0 ? default : entries[^1].Key.Memory, null, 1000, WithValues: true));
            entries.AddRange(page.Entries);
            complete = page.Complete;
        }

        return entries;
    }

    /// <summary>Runs a scan to its end.</summary>
    public StorePage Scan(StoreScan scan)
    {
        Task<StorePage> page = Store.ScanAsync(scan, CancellationToken.None).AsTask();
        WaitForTask(page);
        return page.GetAwaiter().GetResult();
    }

    public abstract ValueTask DisposeAsync();

    protected StoreEvents Events() => new(
        lsn => Told(() =>
        {
            Assert.True(lsn > Durable);
            Durable = lsn;
        }),
        failure => Told(() => Failures.Add(failure)),
        (_, token, record) => Told(() => ReadsCompleted.Add(token, record)));

    /// <summary>Call when the store was opened again: what was appended is applied, or lost.</summary>
    protected void ForgetAppended()
    {
        lock (_appended)
        {
            _appended.Clear();
        }
    }

    /// <summary>The log number of the key's oldest entry not yet applied; 0 where a test applies what it never appended.</summary>
    private long LsnOf(in Key key)
    {
        lock (_appended)
        {
            return _appended.TryGetValue(key, out Queue<long>? waiting) && waiting.TryDequeue(out long lsn) ? lsn : 0;
        }
    }

    private static RegisterRecord Record(int number, RegisterKind kind, byte[] value)
    {
        Ballot ballot = new(Epoch.First, number + 1, 1);
        return new RegisterRecord(ballot, new RegisterState
        {
            Kind = kind,
            Value = value,
            Version = new StateVersion(ballot, 1),
            Vector = AppliedVector.Of([ballot]),
        });
    }

    private void Told(Action change)
    {
        lock (Gate)
        {
            change();
            Monitor.PulseAll(Gate);
        }
    }
}
