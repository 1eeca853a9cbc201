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

    public void Dispose() => _temporary.Dispose();
}
