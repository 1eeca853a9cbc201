using FASTER.core;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

/// <summary>What the data log must be for scans, passes, compaction and recovery: every record that was written can be met in it.</summary>
public sealed class DataLogTests : IDisposable
{
    private const int Writers = 4;
    private const int KeysOfWriter = 400;
    private const int WritesOfWriter = 30_000;

    private readonly TemporaryDirectory _temporary = new(inMemory: true);

    /// <summary>
    /// With two pages of memory and an index of a few buckets, so that writers fill pages under one another's feet and meet in the
    /// same places of the index all the time.
    /// </summary>
    [Fact]
    public async Task Records_of_many_writers_are_all_read_back_and_all_met_by_a_scan()
    {
        DiskDirectory directory = new(_temporary.At("data"));
        directory.Create();
        FailStop failStop = new();
        using DataLog log = new(directory, new DataLogSize(64 << 10, 64 << 10, 128 << 10, 1 << 10), failStop);

        RegisterRecord[][] written = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer =>
            Task.Factory.StartNew(() => Write(log, writer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Dictionary<Key, string> expected = [];
        for (int i = 0; i < Writers * KeysOfWriter; i++)
        {
            expected[KeyOf(i)] = Encoded(written[i % Writers][i / Writers]);
        }

        Assert.Equal(expected, Read(log, expected.Keys));
        Assert.Equal(expected, Scan(log));
    }

    public void Dispose() => _temporary.Dispose();

    private static RegisterRecord[] Write(DataLog log, int writer)
    {
        Random random = new(writer);
        RegisterRecord[] written = new RegisterRecord[KeysOfWriter];
        using DataLogSession session = new(log, static (_, _) => { });
        for (int i = 0; i < WritesOfWriter; i++)
        {
            int key = i < KeysOfWriter ? i : random.Next(KeysOfWriter);
            RegisterRecord record = Value((writer * WritesOfWriter) + i, random.Next(600));
            session.Write(KeyOf((key * Writers) + writer).Span, record);
            written[key] = record;
        }

        return written;
    }

    private static Dictionary<Key, string> Read(DataLog log, IEnumerable<Key> keys)
    {
        Dictionary<Key, string> found = [];
        using DataLogSession session = new(log, static (read, record) => read.Complete(record));
        foreach (Key key in keys)
        {
            PendingRead read = new();
            if (!session.TryRead(key.Span, read, out RegisterRecord record))
            {
                session.CompleteReads(wait: true);
                record = read.Record;
            }

            found[key] = Encoded(record);
        }

        return found;
    }

    private static Dictionary<Key, string> Scan(DataLog log)
    {
        Dictionary<Key, string> found = [];
        using DataLogRecords records = new(log, log.BeginAddress, log.TailAddress);
        while (records.MoveNext(out RecordInfo _))
        {
            Assert.True(RegisterCodec.TryRead(records.Value.ToArray(), out RegisterRecord record));
            found[new Key(records.Key.ToArray())] = Encoded(record);
        }

        return found;
    }
}
