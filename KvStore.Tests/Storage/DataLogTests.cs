using FASTER.core;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Checkpoints;
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
        using DataLog log = Open(128 << 10);

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

    [Fact]
    public void A_record_that_takes_the_same_place_goes_over_the_one_before_until_it_is_frozen()
    {
        using DataLog log = Open(1 << 20);
        using DataLogSession session = new(log, static (_, _) => { });
        Key key = KeyOf(1);
        long empty = log.TailAddress;

        Write(1, 20);
        long first = log.TailAddress;
        foreach (int length in (int[])[19, 17, 22, 20])
        {
            Write(100 + length, length);
            Assert.Equal(first, log.TailAddress);
        }

        Write(2, 40);
        long second = log.TailAddress;
        log.Freeze(log.TailAddress);
        Write(3, 40);

        Assert.True(empty < first && first < second && second < log.TailAddress);
        Assert.Equal(new Dictionary<Key, string> { [key] = Encoded(Value(3, 40)) }, Scan(log));

        void Write(int number, int length)
        {
            RegisterRecord written = Value(number, length);
            session.Write(key.Span, written);
            Assert.True(session.TryRead(key.Span, new PendingRead(), out RegisterRecord read));
            Assert.Equal(Encoded(written), Encoded(read));
        }
    }

    /// <summary>Each value is one byte again and again, so half of one and half of another would show.</summary>
    [Fact]
    public async Task What_other_threads_read_is_whole_though_the_lane_writes_over_it()
    {
        using DataLog log = Open(1 << 20);
        using LaneRecords lane = new(log, new OverwrittenKeys(), new StoreCounts(), new AppliedMark(0));
        using HeldReads reads = new(log, [lane]);
        Key key = KeyOf(1);
        RegisterRecord[] uniform = [.. Enumerable.Range(0, 100).Select(Uniform)];
        lane.Write(key, RegisterRecord.Absent, uniform[^1], 1);
        using CancellationTokenSource done = new();
        Task writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (int i = 0; i < 20_000; i++)
        {
            PendingRead read = reads.Begin(key);
            ReadOnlySpan<byte> value = read.Record.State!.Value.Span;
            Assert.Equal(-1, value.IndexOfAnyExcept(value[0]));
        }

        await done.CancelAsync();
        await writing;

        void Write()
        {
            for (int i = 0; !done.IsCancellationRequested; i++)
            {
                lane.Write(key, uniform[(i + uniform.Length - 1) % uniform.Length], uniform[i % uniform.Length], i + 2);
            }
        }

    }

    /// <summary>FASTER looks at memory again when the disk has answered.</summary>
    [Fact]
    public async Task What_other_threads_read_from_the_disk_is_whole_though_the_lane_writes_it_meanwhile()
    {
        using DataLog log = Open(128 << 10);
        using LaneRecords lane = new(log, new OverwrittenKeys(), new StoreCounts(), new AppliedMark(0));
        using HeldReads reads = new(log, [lane]);
        RegisterRecord[] uniform = [.. Enumerable.Range(0, 100).Select(Uniform)];
        Key key = KeyOf(0);
        RegisterRecord last = RegisterRecord.Absent;
        long lsn = 0;
        int pending = 0;
        for (int round = 0; round < 200; round++)
        {
            Write(key, uniform[round % 100]);
            for (int i = 1; i <= 12; i++)
            {
                lane.Write(KeyOf((round * 12) + i), RegisterRecord.Absent, uniform[i], ++lsn);
            }

            PendingRead read = reads.Begin(key);
            pending += read.IsDone ? 0 : 1;
            Task writing = Task.Run(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    Write(key, uniform[i]);
                }
            });
            reads.Complete();
            await writing;
            ReadOnlyMemory<byte> value = read.Record.State!.Value;
            Assert.Equal(-1, value.Span.IndexOfAnyExcept(value.Span[0]));
        }

        Assert.InRange(pending, 100, 200);

        void Write(Key written, RegisterRecord record)
        {
            lane.Write(written, last, record, ++lsn);
            last = record;
        }
    }

    public void Dispose() => _temporary.Dispose();

    private static RegisterRecord Uniform(int number)
    {
        byte[] value = new byte[16 << 10];
        value.AsSpan().Fill((byte)number);
        return Value(number, value);
    }

    private DataLog Open(long logBytes)
    {
        DiskDirectory directory = new(_temporary.At("data"));
        directory.Create();
        return new DataLog(directory, new DataLogSize(64 << 10, 64 << 10, logBytes, 1 << 10), new FailStop());
    }

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
