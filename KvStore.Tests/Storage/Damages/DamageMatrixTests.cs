using KvStore.Node.Storage;
using KvStore.Tests.Storage.Crashes;
using Xunit;

namespace KvStore.Tests.Storage.Damages;

/// <summary>The whole matrix is run by the command <c>storage</c>; here a share of it.</summary>
public sealed class DamageMatrixTests : IDisposable
{
    private const int Share = 151;

    private readonly TemporaryDirectory _temporary = new(inMemory: true);

    [Fact]
    public void No_damage_is_silent()
    {
        IReadOnlyList<RecordedLife> lives = RecordedRun.Execute(_temporary.At("run"), operations: 240, lives: 6, seed: 4);

        DamageTable table = StorageCommand.MatrixOf(_temporary, lives, Share);

        Assert.Empty(table.SilentCases);
        Assert.Equal(0, table.Silent);
        Assert.InRange(table.Count(DamageOutcome.Recovered), 1000, long.MaxValue);
        Assert.InRange(table.Count(DamageOutcome.Refused), 1000, long.MaxValue);
        Assert.InRange(table.Count(DamageOutcome.ToldByPeers, "older copy of the whole directory"), 1, long.MaxValue);
    }

    /// <summary>A check that cannot fail is none: a store that lost its end, judged by a truth that no peer is asked about.</summary>
    [Fact]
    public void A_loss_that_an_honest_disk_cannot_leave_is_counted_as_silent()
    {
        IReadOnlyList<RecordedLife> lives = RecordedRun.Execute(_temporary.At("run"), operations: 60, lives: 1, seed: 5);
        DamagedStore store = DamagedStore.AtEndOf(lives[0]);
        DamageTable table = new();
        DamageMatrix matrix = new(_temporary.At("damaged"), new LegalStates([]), table);

        matrix.Run(store, DirectoryDamages.OlderCopies(store, moments: 3));

        Assert.NotEqual(0, table.Silent);
        Assert.Contains(table.SilentCases, each => each.Contains("was promised and", StringComparison.Ordinal));
    }

    /// <summary>Threads take turns: between a write of the log and its sync others may write the data log and make the next segment.</summary>
    [Fact]
    public void A_torn_write_of_the_log_is_legal_whatever_was_written_before_its_sync()
    {
        RecordedDisk disk = new("/d");
        foreach (string directory in new[] { "/d/store", "/d/store/log", "/d/store/data" })
        {
            Do(DiskOperationKind.CreateDirectory, directory);
        }

        Do(DiskOperationKind.CreateFile, "/d/store/log/1.log");
        Do(DiskOperationKind.CreateFile, "/d/store/data/0");
        Do(DiskOperationKind.SyncDirectory, "/d/store/log");
        Do(DiskOperationKind.Write, "/d/store/log/1.log");
        for (int page = 0; page < 100; page++)
        {
            Do(DiskOperationKind.Write, "/d/store/data/0");
        }

        Do(DiskOperationKind.CreateFile, "/d/store/log/2.log");
        Do(DiskOperationKind.SyncFile, "/d/store/log/1.log");
        disk.Promised(1);
        RecordedLife life = new(new DirectoryImage(), disk, new StoreTruth(), PromisedBefore: 0);
        LegalStates legal = new([life]);

        (DamageCase Case, DamagedStore Store)[] cases = [.. DiskLies.AtOnce(life)];
        Assert.Contains(cases, pair => pair.Case.Name.Contains("only its first 1 of 4 sectors", StringComparison.Ordinal));
        Assert.All(cases, pair => Assert.True(legal.Has(pair.Case.Image, recovered: 0), pair.Case.Name));

        void Do(DiskOperationKind kind, string path) => disk.Before(new DiskOperation(kind, path), kind == DiskOperationKind.Write ? [.. Enumerable.Repeat((byte)1, 2048)] : []);
    }

    public void Dispose() => _temporary.Dispose();
}
