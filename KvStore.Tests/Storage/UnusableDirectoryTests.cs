using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Tests.Storage.Crashes;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>A disk that cannot be used while the store is opened: said clearly, whatever was being done, and nothing is lost by it.</summary>
public sealed class UnusableDirectoryTests : IDisposable
{
    private const int ReadOnlyFileSystem = 30;

    private readonly TemporaryDirectory _temporary = new(inMemory: true);

    private string Root => _temporary.At("data");

    [Fact]
    public void A_full_disk_at_the_start_is_said_at_whatever_operation_it_shows() => AssertRefusedAtEvery(
        DiskError.NoSpaceLeft,
        $"The disk of the data directory {Root} is full: ",
        " Free some space and start again.");

    [Fact]
    public void A_read_only_directory_is_said_at_whatever_operation_it_shows() => AssertRefusedAtEvery(
        () => new IOException("Read-only file system", ReadOnlyFileSystem),
        $"The data directory {Root} cannot be read and written: ",
        "Check that the disk is sound and the directory belongs to the user running this program.");

    /// <summary>Neither the clock nor the files' times mean anything to a store.</summary>
    [Fact]
    public async Task Files_of_1970_open_as_any_other()
    {
        RecordedLife life = RecordedRun.Execute(Root, operations: 60, lives: 1, seed: 9)[0];
        foreach (string file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        await using OpenedStore store = new(RecordedRun.Options(Root));

        Assert.Null(store.Difference(life.Truth));
    }

    public void Dispose() => _temporary.Dispose();

    /// <summary>Fails the first, second, ... change that opening a store makes, and all after it, until it makes no more.</summary>
    private void AssertRefusedAtEvery(Func<IOException> error, string begins, string ends)
    {
        RecordedLife life = RecordedRun.Execute(Root, operations: 80, lives: 1, seed: 10)[0];
        DirectoryImage image = DirectoryImage.Read(Root);
        HashSet<DiskOperationKind> met = [];
        for (int changes = 0; ; changes++)
        {
            image.WriteTo(Root);
            FailingDisk disk = new(changes, error);
            string? refusal = RefusalOf(RecordedRun.Options(Root) with { Observer = disk }, disk);
            if (disk.Failed is not { } failed)
            {
                Assert.Null(refusal);
                break;
            }

            met.Add(failed);
            Assert.StartsWith(begins, refusal, StringComparison.Ordinal);
            Assert.EndsWith(ends, refusal, StringComparison.Ordinal);
            Assert.Null(StoreCheck.After(DirectoryImage.Read(Root), Root, life.Truth, life.Disk.PromisedBefore(int.MaxValue), goOn: false, out _));
        }

        Assert.Superset(new HashSet<DiskOperationKind> { DiskOperationKind.Write, DiskOperationKind.SyncFile, DiskOperationKind.CreateFile }, met);
    }

    private static string? RefusalOf(StoreOptions options, FailingDisk disk)
    {
        try
        {
            FasterStore store = FasterStore.Open(options);
            disk.Recover();
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (StoreRefusal refusal)
        {
            return refusal.Message;
        }
    }

    private sealed class FailingDisk(int changes, Func<IOException> error) : DiskObserver
    {
        private int _left = changes;

        /// <summary>What failed first.</summary>
        public DiskOperationKind? Failed { get; private set; }

        /// <summary>Nothing fails any more.</summary>
        public void Recover() => _left = int.MaxValue;

        public override int Before(in DiskOperation operation, ReadOnlySpan<byte> bytes)
        {
            if (operation.Kind is not (DiskOperationKind.Read or DiskOperationKind.OpenFile) && _left-- <= 0)
            {
                Failed ??= operation.Kind;
                throw error();
            }

            return bytes.Length;
        }
    }
}
