using System.Diagnostics;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>The real store in a directory of its own. A crash is a copy of the directory taken while the store is open.</summary>
internal sealed class FasterStoreHarness : StoreHarness
{
    public static readonly ClusterId Cluster = new(Guid.Parse("1c000000-0000-0000-0000-000000000001"));

    public static readonly MemberId Member = new(Guid.Parse("2c000000-0000-0000-0000-000000000001"));

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _temporary = new(inMemory: true);
    private StoreOptions _options;
    private FasterStore _store;
    private int _directories;

    public FasterStoreHarness(Func<StoreOptions, StoreOptions>? change = null)
    {
        StoreOptions options = Options(_temporary.At("0"));
        _options = change is null ? options : change(options);
        _store = Open();
    }

    public override IStore Store => _store;

    public string Directory => _temporary.At($"{_directories}");

    /// <summary>Small, so that a test touches every limit: 64 KiB segments, 256 KiB of memory, values up to 4 KiB.</summary>
    public static StoreOptions Options(string directory) => new()
    {
        Directory = directory,
        Cluster = Cluster,
        Member = Member,
        Lanes = Lanes,
        MemoryBytesMax = 256 << 10,
        ValueBytesMax = 4 << 10,
        SegmentBytes = 64 << 10,
    };

    /// <summary>The options of the next opening.</summary>
    public void Change(Func<StoreOptions, StoreOptions> change) => _options = change(_options);

    public override async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = Open();
    }

    public override async Task CrashAsync()
    {
        string before = Directory;
        int segments;
        do
        {
            // A segment begun while the copy is made would be missing from the superblock copied before.
            segments = SegmentsOf(before);
            _directories++;
            TemporaryDirectory.Copy(before, Directory);
        }
        while (SegmentsOf(before) != segments);

        await _store.DisposeAsync();
        _store = Open();
    }

    public override void WaitFor(Func<bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        lock (Gate)
        {
            while (!condition())
            {
                TimeSpan left = Deadline - Stopwatch.GetElapsedTime(began);
                Assert.True(left > TimeSpan.Zero, $"Waited {Deadline} for {what}; durable is {Durable}, failures: {string.Join("; ", Failures)}");
                Monitor.Wait(Gate, left);
            }
        }
    }

    public override void WaitUntil(Func<bool> condition, string what) => Assert.True(SpinWait.SpinUntil(condition, Deadline), $"Waited {Deadline} for {what}.");

    public override void WaitForTask(Task task) => Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(Deadline), "The task did not end.");

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _temporary.Dispose();
    }

    private static int SegmentsOf(string directory) => System.IO.Directory.GetFiles(Path.Combine(directory, "store", "log")).Length;

    private FasterStore Open()
    {
        FasterStore store = FasterStore.Open(_options with { Directory = Directory });
        Durable = store.Contents.DurableLsn;
        store.Start(Events());
        return store;
    }
}
