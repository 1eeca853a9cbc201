using System.Text;
using KvStore.Node.Registers;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Node.Storage.Log;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>A log on disk, made by the real store, to be damaged in one place after another and recovered each time.</summary>
internal sealed class LogImage : IDisposable
{
    private readonly TemporaryDirectory _temporary = new(inMemory: true);
    private readonly Dictionary<long, byte[]> _segments = [];

    private LogImage()
    {
    }

    /// <summary>What must be there, as it would be after a crash: without the marks of a clean stop.</summary>
    public Superblock Crashed { get; private set; } = null!;

    /// <summary>What must be there after a clean stop.</summary>
    public Superblock Stopped { get; private set; } = null!;

    /// <summary>Every entry in order, described.</summary>
    public List<string> Entries { get; } = [];

    /// <summary>Segment and offset at which each commit begins, and the last one ends.</summary>
    public List<(long Segment, int Offset, int EntriesBefore)> Commits { get; } = [];

    public (long Segment, int Offset) End { get; private set; }

    private DiskDirectory Directory => new(_temporary.At("store", "log"));

    /// <param name="commits">The entries of each commit.</param>
    public static async Task<LogImage> CreateAsync(params StoreEntry[][] commits)
    {
        LogImage image = new();
        StoreOptions options = FasterStoreHarness.Options(image._temporary.Path);
        await using (FasterStore store = FasterStore.Open(options))
        {
            using SemaphoreSlim durable = new(0);
            store.Start(new StoreEvents(_ => durable.Release(), _ => { }, (_, _, _) => { }));
            foreach (StoreEntry[] commit in commits)
            {
                // Small enough to be one commit: an eighth of a segment.
                Assert.InRange(commit.Sum(entry => LogFrame.LengthWith(LogPayload.LengthOf(entry))), 1, 8 << 10);
                store.Append(commit);
                Assert.True(await durable.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
                image.Entries.AddRange(commit.Select(Described));
            }
        }

        image.Read(options);
        Assert.Equal(commits.Length, image.Commits.Count);
        return image;
    }

    public static string Described(StoreEntry entry) => entry.Kind == StoreEntryKind.Fact
        ? Described(entry.Fact)
        : Described(entry.Key.Span, entry.Record);

    public string PathOf(long segment) => Directory.PathOf(LogSegment.NameOf(segment));

    public byte[] Bytes(long segment) => [.. _segments[segment]];

    /// <summary>The bytes with what was not yet written from an offset on.</summary>
    public void Unwrite(Span<byte> bytes, long segment, int from, int to)
    {
        Assert.True(SegmentHeader.TryRead(_segments[segment], out SegmentHeader? header));
        new LogFiller(header!.Seed).Fill(bytes[from..to], from);
    }

    /// <summary>Recovers the log with one segment replaced.</summary>
    /// <returns>The entries, or the refusal.</returns>
    public (List<string>? Entries, string? Refusal) Recover(Superblock superblock, long segment, byte[] bytes)
    {
        Put(segment, bytes);
        return Recover(superblock);
    }

    public (List<string>? Entries, string? Refusal) Recover(Superblock superblock)
    {
        List<string> entries = [];
        StoreFacts facts = new();
        try
        {
            LogRecovery.Run(Directory, superblock, 0, facts, entry => entries.Add(Described(entry.Key.Span, entry.Record)));
            entries.AddRange(facts.Standing().Select(fact => Described(fact)));
            return (entries, null);
        }
        catch (StoreRefusal refusal)
        {
            return (null, refusal.Message);
        }
    }

    /// <summary>Recovers the log as it is on disk.</summary>
    /// <exception cref="StoreRefusal">When it is refused.</exception>
    public void Run(Superblock superblock, StoreFacts facts, Action<ReplayedEntry> replay) =>
        LogRecovery.Run(Directory, superblock, 0, facts, replay);

    public void Put(long segment, byte[] bytes) => File.WriteAllBytes(PathOf(segment), bytes);

    public byte[] OnDisk(long segment) => File.ReadAllBytes(PathOf(segment));

    public void Restore()
    {
        foreach ((long number, byte[] bytes) in _segments)
        {
            Put(number, bytes);
        }
    }

    public void Dispose() => _temporary.Dispose();

    private static string Described(ReadOnlySpan<byte> key, in RegisterRecord record) =>
        $"{Encoding.UTF8.GetString(key)} {StoreHarness.Encoded(record)}";

    private static string Described(in Fact fact) => $"{fact.Kind} {fact.Number} {Encoding.UTF8.GetString(fact.Payload.Span)}";

    private void Read(StoreOptions options)
    {
        Stopped = SuperblockCopies.Read(new DiskDirectory(_temporary.At("store")));
        Crashed = Stopped with { DurableLsn = 0 };
        Assert.Equal((options.Cluster, options.Member), (Stopped.Cluster, Stopped.Member));
        for (long number = 1; number <= Stopped.SegmentLast; number++)
        {
            _segments[number] = File.ReadAllBytes(PathOf(number));
            FindCommits(number);
        }
    }

    private void FindCommits(long number)
    {
        byte[] bytes = _segments[number];
        Assert.True(SegmentHeader.TryRead(bytes, out SegmentHeader? header));
        int at = SegmentHeader.Length;
        bool begins = true;
        while (LogFrame.TryRead(bytes.AsSpan(at), header!.Seed, out LogFrame frame))
        {
            if (begins)
            {
                Commits.Add((number, at, (int)frame.Lsn - 1));
            }

            at += frame.Length;
            begins = frame.Kind == LogFrameKind.CommitEnd;
            End = (number, at);
        }
    }
}
