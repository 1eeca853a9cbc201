using KvStore.Node.Storage;
using KvStore.Node.Storage.Faster;
using KvStore.Node.Storage.Log;
using KvStore.Node.Storage.Verification;
using KvStore.Tests.Storage.Crashes;
using KvStore.Tests.Storage.Damages;
using Xunit;

namespace KvStore.Tests.Storage;

public sealed class StoreVerificationTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new(inMemory: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_directory_that_a_process_left_is_healthy_and_stays_as_it_is(int lives)
    {
        RecordedRun.Execute(_temporary.At("run"), operations: 100 * lives, lives, seed: lives);
        DirectoryImage before = DirectoryImage.Read(_temporary.At("run"));

        VerificationReport report = StoreVerification.Run(_temporary.At("run"));

        Assert.True(report.IsHealthy, string.Join('\n', report.Lines()));
        Assert.StartsWith($"member {FasterStoreHarness.Member} of cluster {FasterStoreHarness.Cluster}, started ", report.Owner, StringComparison.Ordinal);
        DirectoryImage after = DirectoryImage.Read(_temporary.At("run"));
        Assert.Equal(before.Fingerprint(Convert.ToHexString), after.Fingerprint(Convert.ToHexString));
    }

    /// <summary>The verdict is the start's: what it calls a refusal is refused, with the same words where the log is concerned.</summary>
    [Fact]
    public void What_it_says_is_what_a_start_does()
    {
        IReadOnlyList<RecordedLife> lives = RecordedRun.Execute(_temporary.At("run"), operations: 200, lives: 2, seed: 7);
        DamagedStore store = DamagedStore.AtEndOf(lives[^1]);
        int refused = 0;
        int spare = 0;
        foreach (DamageCase each in FileDamages.Scribbled(store, "stopped", count: 60).Concat(FileDamages.DeletedAndEmptied(store, "stopped")))
        {
            each.Image.WriteTo(_temporary.At("damaged"));
            VerificationReport report = StoreVerification.Run(_temporary.At("damaged"));
            string? refusal = StoreCheck.After(each.Image, _temporary.At("damaged"), store.Life.Truth, store.Promised, goOn: false, out _);

            Assert.True(report.Refusal is null == refusal is null, $"{each.Name}: {string.Join('\n', report.Lines())}\nand a start: {refusal}");
            refused += refusal is null ? 0 : 1;
            spare += refusal is null && !report.IsHealthy ? 1 : 0;
        }

        Assert.InRange(refused, 5, int.MaxValue);
        Assert.InRange(spare, 3, int.MaxValue);
    }

    [Fact]
    public void A_damaged_log_is_reported_with_file_and_offset_and_what_to_do()
    {
        IReadOnlyList<RecordedLife> lives = RecordedRun.Execute(_temporary.At("run"), operations: 60, lives: 2, seed: 8);
        DamagedStore store = DamagedStore.AtEndOf(lives[^1]);
        string log = store.Files.Last(path => path.EndsWith(".log", StringComparison.Ordinal));
        store.Image.Without(log).WriteTo(_temporary.At("run"));

        VerificationReport report = StoreVerification.Run(_temporary.At("run"));

        Assert.Equal(
            $"Damaged: the member would not start. {_temporary.At("run", log)} is damaged at offset 0: "
            + $"the file is missing, and the superblock says it was in use. {StoreDamage.WhatToDo}",
            report.Lines().Last());
    }

    [Fact]
    public async Task A_directory_in_use_or_without_a_store_is_refused_and_nothing_is_made()
    {
        Directory.CreateDirectory(_temporary.At("empty"));
        StoreOptions options = FasterStoreHarness.Options(_temporary.At("used"));
        FasterStore store = FasterStore.Open(options);

        Assert.Equal($"The directory {_temporary.At("empty")} holds no KvStore data: there is nothing to verify.", RefusalOf("empty"));
        Assert.Equal($"The directory {_temporary.At("none")} does not exist: there is nothing to verify.", RefusalOf("none"));
        Assert.StartsWith($"The data directory {_temporary.At("used")} is in use by process {Environment.ProcessId}", RefusalOf("used"), StringComparison.Ordinal);

        await store.DisposeAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.At("empty")));
        Assert.True(StoreVerification.Run(_temporary.At("used")).IsHealthy);
    }

    public void Dispose() => _temporary.Dispose();

    private string RefusalOf(string name) => Assert.Throws<StoreRefusal>(() => StoreVerification.Run(_temporary.At(name))).Message;
}
