using System.Collections.Concurrent;
using KvStore.Node;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;

namespace KvStore.Bench.Stores;

/// <summary>
/// Drives a store as one lane does: appends, waits until that is durable, applies, on whichever thread reports it. Keys are
/// numbered; each has a version that counts its writes, from which its record can be told without keeping it.
/// </summary>
internal sealed class StoreDriver : IAsyncDisposable
{
    private const int BatchMax = 256;

    /// <summary>
    /// Bytes of values in flight: below what the log lets wait, because here an append that waited for the log would hold the
    /// lock that the report of its progress needs.
    /// </summary>
    private const int InFlightBytesMax = 16 << 20;

    private static readonly ClusterId Cluster = ClusterId.FromName("bench");

    private readonly object _gate = new();
    private readonly Queue<(long Lsn, int Key)> _waiting = [];
    private readonly Dictionary<long, RegisterRecord> _readsEnded = [];
    private readonly Key[] _keys;
    private readonly int[] _appended;
    private readonly int[] _applied;
    private readonly byte[] _value;
    private readonly int _inFlightMax;

    private StoreFailure? _failure;
    private long _token;

    private StoreDriver(IStore store, int keys, int valueBytes, int versions)
    {
        Store = store;
        _keys = [.. Enumerable.Range(0, keys).Select(number => new Key(System.Text.Encoding.UTF8.GetBytes($"bench-{number:d9}")))];
        _appended = new int[keys];
        _applied = new int[keys];
        Array.Fill(_appended, versions);
        Array.Fill(_applied, versions);
        _value = new byte[valueBytes];
        _inFlightMax = Math.Clamp(InFlightBytesMax / Math.Max(valueBytes, 1), BatchMax, 64 * BatchMax);
        new Random(1).NextBytes(_value);
        store.Start(new StoreEvents(OnDurable, OnFailed, OnRead));
    }

    public IStore Store { get; }

    public int Keys => _keys.Length;

    /// <summary>Told after what became durable was applied: the last log number of it. On the store's thread.</summary>
    public Action<long>? Applied { get; set; }

    /// <summary>The options of a store in a directory, for values of so many bytes at the most.</summary>
    public static StoreOptions OptionsOf(string directory, int valueBytesMax) => new()
    {
        Directory = directory,
        Cluster = Cluster,
        Member = MemberId.FromName(Cluster, "bench"),
        Lanes = 1,
        ValueBytesMax = valueBytesMax,
    };

    /// <param name="versions">How often each key was written before, in the same way.</param>
    public static StoreDriver Open(StoreOptions options, int keys, int valueBytes, int versions = 0) =>
        new(FasterStore.Open(options), keys, valueBytes, versions);

    /// <summary>The entry of a key's next write.</summary>
    public StoreEntry Next(int key) => StoreEntry.Of(_keys[key], RecordOf(key, _appended[key] + 1));

    /// <summary>Appends the next write of each key.</summary>
    /// <returns>The log number of the last; the others' come right before it.</returns>
    public long Append(ReadOnlySpan<int> keys)
    {
        StoreEntry[] entries = new StoreEntry[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            entries[i] = Next(keys[i]);
            _appended[keys[i]]++;
        }

        lock (_gate)
        {
            long last = Store.Append(entries);
            for (int i = 0; i < keys.Length; i++)
            {
                _waiting.Enqueue((last - keys.Length + 1 + i, keys[i]));
            }

            return last;
        }
    }

    /// <summary>Writes keys in batches, many in flight, and waits until all is durable and applied.</summary>
    public void WriteAll(IEnumerable<int> keys)
    {
        foreach (int[] batch in keys.Chunk(BatchMax))
        {
            WaitUntil(() => _waiting.Count < _inFlightMax);
            Append(batch);
        }

        WaitUntil(() => _waiting.Count == 0);
    }

    /// <returns>Whether the answer came from memory; either way it was checked.</returns>
    public bool ReadAndCheck(int key)
    {
        bool inMemory = Store.TryRead(0, _keys[key], out RegisterRecord record);
        if (!inMemory)
        {
            long token = ++_token;
            Store.BeginRead(0, _keys[key], token);
            WaitUntil(() => _readsEnded.Remove(token, out record));
        }

        RegisterRecord expected = RecordOf(key, _applied[key]);
        if (record.Ballot != expected.Ballot || !record.State!.Value.Span.SequenceEqual(expected.State!.Value.Span))
        {
            throw new InvalidOperationException($"{_keys[key]} reads {record} instead of {expected}.");
        }

        return inMemory;
    }

    /// <summary>Reads a key that is in memory, as a lane does.</summary>
    public bool TryRead(int key) => Store.TryRead(0, _keys[key], out RegisterRecord record) && !record.IsAbsent;

    public Key KeyOf(int key) => _keys[key];

    /// <summary>What the store holds, each record an object of its own.</summary>
    public ConcurrentDictionary<Key, RegisterRecord> ToDictionary() =>
        new(Enumerable.Range(0, Keys).Select(key => KeyValuePair.Create(_keys[key], RecordOf(key, _applied[key]))));

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private RegisterRecord RecordOf(int key, int version)
    {
        if (version == 0)
        {
            return RegisterRecord.Absent;
        }

        Ballot ballot = new(Epoch.First, ((long)version << 32) + key, 1);
        return new RegisterRecord(ballot, new RegisterState
        {
            Kind = RegisterKind.Value,
            Value = _value,
            Version = new StateVersion(ballot, 1),
            Vector = AppliedVector.Of([ballot]),
        });
    }

    private void OnDurable(long lsn)
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out (long Lsn, int Key) next) && next.Lsn <= lsn)
            {
                _waiting.Dequeue();
                int version = ++_applied[next.Key];
                Store.Apply(0, _keys[next.Key], RecordOf(next.Key, version - 1), RecordOf(next.Key, version), next.Lsn);
            }

            Monitor.PulseAll(_gate);
        }

        Applied?.Invoke(lsn);
    }

    private void OnFailed(StoreFailure failure)
    {
        lock (_gate)
        {
            _failure = failure;
            Monitor.PulseAll(_gate);
        }
    }

    private void OnRead(int lane, long token, RegisterRecord record)
    {
        lock (_gate)
        {
            _readsEnded.Add(token, record);
            Monitor.PulseAll(_gate);
        }
    }

    private void WaitUntil(Func<bool> condition)
    {
        lock (_gate)
        {
            while (!condition())
            {
                if (_failure is not null)
                {
                    throw new IOException(_failure.Message);
                }

                Monitor.Wait(_gate);
            }
        }
    }
}
