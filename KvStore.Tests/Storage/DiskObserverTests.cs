using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using Xunit;

namespace KvStore.Tests.Storage;

public sealed class DiskObserverTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    [Fact]
    public void Operations_are_seen_before_they_are_done_and_in_order()
    {
        List<string> seen = [];
        DiskDirectory directory = new(_temporary.At("d"), new Recorded(operation => seen.Add($"{operation.Kind} {Path.GetFileName(operation.Path)} {operation.Offset}")));

        directory.Create();
        using (DiskFile file = directory.CreateFile("a"))
        {
            file.Write([1, 2, 3], 7);
            file.SetLength(9);
            file.Sync();
            Assert.Equal(2, file.Read(new byte[8], 7));
        }

        directory.RenameFile("a", "b");
        directory.Sync();
        directory.Delete();

        Assert.Equal(
            [
                "CreateDirectory d 0", "CreateFile a 0", "Write a 7", "SetLength a 9", "SyncFile a 0", "Read a 7", "RenameFile a 0", "SyncDirectory d 0",
                "DeleteFile b 0", "DeleteDirectory d 0",
            ],
            seen);
        Assert.False(directory.Exists);
    }

    [Fact]
    public void A_write_cut_short_leaves_its_beginning_and_says_that_the_disk_is_full()
    {
        DiskDirectory directory = new(_temporary.Path, new Recorded(_ => { }, writtenMax: 2));
        using DiskFile file = directory.CreateFile("a");

        IOException error = Assert.Throws<IOException>(() => file.Write([1, 2, 3], 0));

        Assert.True(DiskError.IsDiskFull(error));
        Assert.Equal([1, 2], File.ReadAllBytes(_temporary.At("a")));
    }

    [Fact]
    public void An_operation_that_is_made_to_fail_is_not_done()
    {
        DiskDirectory directory = new(_temporary.Path, new Recorded(_ => throw new IOException("Input/output error", 5)));

        Assert.Throws<IOException>(() => directory.CreateFile("a"));
        Assert.Throws<IOException>(() => directory.Sub("d").Create());

        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public async Task A_store_does_everything_through_the_observer()
    {
        List<DiskOperation> seen = [];
        StoreOptions options = FasterStoreHarness.Options(_temporary.At("data")) with { Observer = new Recorded(operation => seen.Add(operation)) };

        await FasterStore.Open(options).DisposeAsync();

        string[] files = Directory.GetFiles(_temporary.At("data"), "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (string file in files.Where(file => !file.Contains("/store/", StringComparison.Ordinal)))
        {
            Assert.Contains(seen, operation => operation.Kind == DiskOperationKind.CreateFile && operation.Path == file);
        }

        Assert.Contains(seen, operation => operation.Kind == DiskOperationKind.RenameDirectory && operation.NewPath == _temporary.At("data", "store"));
    }

    /// <summary>One that was made and not synced takes all that is below it along when the power is cut.</summary>
    [Fact]
    public async Task Every_directory_that_is_made_for_a_store_is_synced_in_its_parent()
    {
        List<DiskOperation> seen = [];
        StoreOptions options = FasterStoreHarness.Options(_temporary.At("a", "b", "c")) with { Observer = new Recorded(operation => seen.Add(operation)) };

        await FasterStore.Open(options).DisposeAsync();

        HashSet<string> synced = [.. seen.Where(operation => operation.Kind == DiskOperationKind.SyncDirectory).Select(operation => operation.Path)];
        Assert.Superset(new HashSet<string> { _temporary.Path, _temporary.At("a"), _temporary.At("a", "b"), _temporary.At("a", "b", "c") }, synced);
    }

    public void Dispose() => _temporary.Dispose();

    private sealed class Recorded(Action<DiskOperation> see, int writtenMax = int.MaxValue) : DiskObserver
    {
        public override int Before(in DiskOperation operation, ReadOnlySpan<byte> bytes)
        {
            see(operation);
            return Math.Min(writtenMax, bytes.Length);
        }
    }
}
