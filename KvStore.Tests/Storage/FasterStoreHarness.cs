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
    private bool _isClosed;

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

    public long CheckpointNumber => _store.Status.Files.CheckpointNumber;

    /// <summary>Has a checkpoint made and waits for it. It holds all that was applied before the call.</summary>
    public void Checkpoint()
    {
        long before = _store.Status.Files.CheckpointNumber;
        _store.WantCheckpoint();
        Assert.True(
            SpinWait.SpinUntil(() => _store.Status.Files.CheckpointNumber > before, Deadline),
            $"Waited {Deadline} for a checkpoint after {before}; failures: {string.Join("; ", Failures)}");
    }

    /// <summary>The options of the next opening.</summary>
    public void Change(Func<StoreOptions, StoreOptions> change) => _options = change(_options);

    public override async Task ReopenAsync()
    {
        await CloseAsync();
        _store = Open();
    }

    public override Task CrashAsync() => CrashAsync(_ => { });

    /// <param name="damage">What happens to the directory while no process has it open.</param>
    public async Task CrashAsync(Action<string> damage)
    {
        CopyDirectory();
        await CloseAsync();
        damage(Directory);
        _store = Open();
    }

    /// <summary>Why a copy of the directory that was damaged is refused.</summary>
    public string RefusalAfter(Action<string> damage)
    {
        string copy = _temporary.At("refused");
        TemporaryDirectory.Copy(Directory, copy);
        damage(copy);
        StoreRefusal refusal = Assert.Throws<StoreRefusal>(() => FasterStore.Open(_options with { Directory = copy }));
        System.IO.Directory.Delete(copy, recursive: true);
        return refusal.Message;
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

    public override void WaitUntil(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(condition, Deadline))
        {
            Assert.Fail($"Waited {Deadline} for {what}; it is {_store.Status.Files}, failures: {string.Join("; ", Failures)}");
        }
    }

    public override void WaitForTask(Task task) => Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(Deadline), "The task did not end.");

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _temporary.Dispose();
    }

    /// <summary>All files as they are at one moment: again if one came or went meanwhile.</summary>
    private void CopyDirectory()
    {
        string before = Directory;
        string names;
        do
        {
            names = NamesOf(before);
            _directories++;
            try
            {
                TemporaryDirectory.Copy(before, Directory);
            }
            catch (FileNotFoundException)
            {
                names = "";
            }
        }
        while (NamesOf(before) != names);
    }

    private static string NamesOf(string directory) =>
        string.Join(' ', System.IO.Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));

    /// <summary>Once: where it cannot be opened again, that is what the test should fail with.</summary>
    private async Task CloseAsync()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            await _store.DisposeAsync();
        }
    }

    private FasterStore Open()
    {
        FasterStore store = FasterStore.Open(_options with { Directory = Directory });
        _isClosed = false;
        ForgetAppended();
        Durable = store.Contents.DurableLsn;
        store.Start(Events());
        return store;
    }
}
