namespace KvStore.Tests.Simulation.Cluster;

public sealed class ClusterTests
{
    /// <summary>A few seeds in every test run; the gate in CI runs the thousand.</summary>
    private const int SeedsHere = 60;

    [Fact]
    public void Puts_gets_and_conflicts_stay_linearizable_under_crashes_and_loss()
    {
        ClusterReport[] reports = [.. Seeds(1, SeedsHere).Select(seed => ClusterRun.Execute(seed))];
        Assert.All(reports, report => Assert.True(report.Violation is null, report.Describe()));

        // The runs met what they are about.
        Assert.True(reports.Count(report => report.IsVoid) * 4 <= reports.Length);
        Assert.True(reports.Sum(report => report.Unknown) > 0);
        Assert.True(reports.Sum(report => report.NotApplied) > 0);
        Assert.True(reports.Sum(report => report.Network.Lost) > 0);
        Assert.True(reports.Sum(report => report.Network.Duplicated) > 0);
        Assert.True(reports.Sum(report => report.FaultsInFlight) > SeedsHere);
        Assert.True(reports.Sum(report => report.DiskFull) > 0);
        Assert.True(reports.Sum(report => report.HeldRounds) > SeedsHere);
        Assert.True(reports.Sum(report => report.SoleRounds) > SeedsHere);
        Assert.True(reports.Sum(report => report.Upkeep.HintsDelivered) > 0);
        Assert.True(reports.Sum(report => report.Upkeep.ReadRepairs) > 0);
        Assert.True(reports.Sum(report => report.Upkeep.KeysRepaired) > 0);
        Assert.True(reports.Sum(report => report.Upkeep.TombstonesPurged) > SeedsHere);
        Assert.True(reports.Sum(report => report.Checked) > SeedsHere * 300);
        Assert.True(reports.Count(report => report.IsDamaged) * 8 > reports.Length);
        Assert.True(reports.Sum(report => report.ChangesCompleted) > SeedsHere / 6);
        Assert.True(reports.Sum(report => report.ChangesAbandoned) > 0);
        Assert.True(reports.Sum(report => report.Upkeep.Transferred) > SeedsHere / 6);
        Assert.True(reports.Sum(report => report.Upkeep.Settled) > 0);
        Assert.True(reports.Sum(report => report.Upkeep.Dropped) > SeedsHere / 6);
    }

    [Fact]
    public void One_change_of_members_right_after_the_other_loses_nothing()
    {
        ClusterReport[] reports = [.. Seeds(2, 2).Select(seed => ClusterRun.Execute(seed, moves: MovesMode.BackToBack))];
        Assert.All(reports, report => Assert.True(report.Violation is null, report.Describe()));
        Assert.All(reports, report => Assert.InRange(report.ChangesCompleted, 20, int.MaxValue));
        Assert.True(reports.Sum(report => report.FaultsInFlight) > 0);
        Assert.True(reports.Sum(report => report.Upkeep.Transferred) > 20);
        Assert.True(reports.Sum(report => report.Upkeep.Dropped) > 20);
    }

    public static TheoryData<string> OftenFound =>
        [.. PlantedMistake.All.Where(mistake => !KeptSeeds.IsRare(mistake)).Select(mistake => mistake.ToString())];

    [Theory]
    [MemberData(nameof(OftenFound))]
    public void A_planted_mistake_is_found(string name)
    {
        Assert.True(PlantedMistake.TryParse(name, out PlantedMistake mistake));
        Assert.NotNull(PlantGate.Hunt(mistake, 1, SeedsHere).Found);
    }

    [Fact]
    public void A_seed_decides_everything()
    {
        string[] first = [.. Seeds(1, 5).Select(seed => ClusterRun.Execute(seed).Describe())];
        string[] second = [.. Seeds(1, 5).Select(seed => ClusterRun.Execute(seed).Describe())];
        Assert.Equal(first, second);
    }

    private static IEnumerable<ulong> Seeds(ulong first, int count) => Enumerable.Range(0, count).Select(i => first + (ulong)i);
}
