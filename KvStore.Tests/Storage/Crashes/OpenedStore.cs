using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Node.Storage.Log;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>A store that was opened again, compared with what it must hold.</summary>
internal sealed class OpenedStore : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly FasterStore _store;
    private readonly Dictionary<long, RegisterRecord> _reads = [];
    private long _durable;
    private StoreFailure? _failure;
    private long _token;

    /// <exception cref="StoreRefusal">When the store is refused.</exception>
    public OpenedStore(StoreOptions options)
    {
        _store = FasterStore.Open(options);
        _durable = Recovered = _store.Contents.DurableLsn;
        _store.Start(new StoreEvents(
            lsn => Told(() => _durable = lsn),
            failure => Told(() => _failure = failure),
            (_, token, record) => Told(() => _reads[token] = record)));
    }

    /// <summary>The last log number that came back.</summary>
    public long Recovered { get; }

    /// <summary>What the store has wrong; null if it holds exactly what was appended up to the last log number that came back.</summary>
    public string? Difference(StoreTruth truth)
    {
        if (Recovered > truth.LsnLast)
        {
            return $"LSN {Recovered} came back, and only {truth.LsnLast} were ever appended";
        }

        StoreModel model = truth.At(Recovered);
        Dictionary<Key, RegisterRecord> expected = model.Records;
        return DifferenceOf(ScanAll(), expected)
            ?? DifferenceOf(expected)
            ?? CountsDifference(model)
            ?? FactsDifference([.. model.Facts], [.. _store.Contents.Facts.Select(StoreModel.Described)]);
    }

    /// <summary>Appends one more entry and waits until it is durable.</summary>
    /// <returns>Null, or what went wrong.</returns>
    public string? GoOn(in StoreEntry entry)
    {
        long lsn = _store.Append([entry]);
        if (lsn != Recovered + 1)
        {
            return $"the next log number is {lsn} after {Recovered}";
        }

        WaitFor(() => _durable >= lsn || _failure is not null);
        return _failure?.Message;
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static string? DifferenceOf(List<StorePageEntry> entries, Dictionary<Key, RegisterRecord> expected)
    {
        if (entries.Count != expected.Count)
        {
            return $"a scan gives {entries.Count} records instead of {expected.Count}";
        }

        return entries.Where(entry => !expected.TryGetValue(entry.Key, out RegisterRecord record) || !Same(record, entry.Record))
            .Select(entry => $"a scan gives another record of {entry.Key}")
            .FirstOrDefault();
    }

    private static string? FactsDifference(string[] expected, string[] actual) =>
        expected.SequenceEqual(actual) ? null : $"the facts are {string.Join(", ", actual)} instead of {string.Join(", ", expected)}";

    private static bool Same(in RegisterRecord left, in RegisterRecord right)
    {
        if (left.IsAbsent || right.IsAbsent)
        {
            return left.IsAbsent == right.IsAbsent;
        }

        return Encoded(left).AsSpan().SequenceEqual(Encoded(right));
    }

    private static byte[] Encoded(in RegisterRecord record)
    {
        byte[] bytes = new byte[RegisterCodec.LengthOf(record)];
        RegisterCodec.Write(record, bytes);
        return bytes;
    }

    private List<StorePageEntry> ScanAll()
    {
        List<StorePageEntry> entries = [];
        bool complete = false;
        while (!complete)
        {
            StoreScan scan = new(default, entries.Count == 0 ? default : entries[^1].Key.Memory, null, 1000, WithValues: true);
            StorePage page = _store.ScanAsync(scan, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            entries.AddRange(page.Entries);
            complete = page.Complete;
        }

        return entries;
    }

    private string? DifferenceOf(Dictionary<Key, RegisterRecord> expected)
    {
        foreach ((Key key, RegisterRecord record) in expected)
        {
            if (!Same(record, Read(key)))
            {
                return $"another record is read of {key}";
            }
        }

        return null;
    }

    private string? CountsDifference(StoreModel model)
    {
        long keys = 0;
        foreach (Slot slot in model.Records.Keys.Select(key => key.Slot).Concat(model.Floors.Keys).Distinct())
        {
            SlotCounts expected = model.CountsOf(slot);
            keys += expected.Keys;
            if (expected != _store.CountsOf(slot))
            {
                return $"slot {slot.Number} counts {_store.CountsOf(slot)} instead of {expected}";
            }

            if (model.Floors.GetValueOrDefault(slot) != _store.FloorOf(slot))
            {
                return $"the floor of slot {slot.Number} is {_store.FloorOf(slot)} instead of {model.Floors.GetValueOrDefault(slot)}";
            }
        }

        return keys == _store.Status.Keys ? null : $"{_store.Status.Keys} keys are counted instead of {keys}";
    }

    private RegisterRecord Read(Key key)
    {
        int lane = StoreHarness.LaneOf(key);
        if (_store.TryRead(lane, key, out RegisterRecord record))
        {
            return record;
        }

        long token = ++_token;
        _store.BeginRead(lane, key, token);
        WaitFor(() => _reads.ContainsKey(token) || _failure is not null);
        lock (_gate)
        {
            return _reads.GetValueOrDefault(token);
        }
    }

    private void WaitFor(Func<bool> condition)
    {
        long began = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (!condition())
            {
                TimeSpan left = Deadline - Stopwatch.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                {
                    throw new TimeoutException($"The store reported nothing for {Deadline}; durable is {_durable}.");
                }

                Monitor.Wait(_gate, left);
            }
        }
    }

    private void Told(Action change)
    {
        lock (_gate)
        {
            change();
            Monitor.PulseAll(_gate);
        }
    }
}
