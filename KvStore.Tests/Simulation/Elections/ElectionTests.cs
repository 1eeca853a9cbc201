using KvStore.Node.Topology;

namespace KvStore.Tests.Simulation.Elections;

public sealed class ElectionTests
{
    private const int SeedsHere = 60;

    [Fact]
    public void An_epoch_has_one_document_whatever_fails_and_whoever_duels()
    {
        ElectionReport[] reports = [.. Seeds(SeedsHere).Select(seed => ElectionRun.Execute(seed))];
        Assert.All(reports, report => Assert.True(report.Violation is null, report.Describe()));

        // The runs met what they are about.
        Assert.True(reports.Sum(report => report.Epochs) > SeedsHere * 5);
        Assert.True(reports.Sum(report => report.Superseded) > SeedsHere);
        Assert.True(reports.Sum(report => report.Crashes) > SeedsHere * 5);
        Assert.True(reports.Sum(report => report.Network.Lost) > SeedsHere);
        Assert.True(reports.Sum(report => report.Network.Duplicated) > SeedsHere);
    }

    /// <summary>A forgotten promise is too rare for chance: EpochPaxosTests has it.</summary>
    [Theory]
    [InlineData(ElectionPlant.VoteNotDurable)]
    [InlineData(ElectionPlant.NonMemberVotes)]
    [InlineData(ElectionPlant.EvictedVotes)]
    [InlineData(ElectionPlant.WithoutMajority)]
    [InlineData(ElectionPlant.AcceptedIgnored)]
    [InlineData(ElectionPlant.EpochSkipped)]
    [InlineData(ElectionPlant.CountedTwice)]
    internal void A_planted_mistake_is_found(ElectionPlant plant) =>
        Assert.Contains(Seeds(SeedsHere), seed => ElectionRun.Execute(seed, plant).Violation is not null);

    [Fact]
    public void A_seed_decides_everything()
    {
        Assert.Equal(ElectionRun.Execute(5).Describe(), ElectionRun.Execute(5).Describe());
        Assert.NotEqual(ElectionRun.Execute(5).Trace, ElectionRun.Execute(6).Trace);
    }

    private static IEnumerable<ulong> Seeds(int count) => Enumerable.Range(1, count).Select(seed => (ulong)seed);
}
