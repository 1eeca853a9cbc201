using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Ring;

/// <summary>The figures that protocol and README promise, for every number of members from 1 to 200.</summary>
public sealed class SlotTableFiguresTests
{
    private const int MembersMax = 200;

    [Theory]
    [InlineData("node")]
    [InlineData("kv")]
    public void Loads_stay_within_5_percent_and_one_new_member_moves_little_more_than_its_share(string series)
    {
        var members = Tables.Members(MembersMax, series: series);
        var atBound = 0;
        var worstMoved = 0.0;
        SlotTable? before = null;
        for (var count = 1; count <= MembersMax; count++)
        {
            var table = Tables.Build(members.Take(count));
            var (all, first) = Tables.Imbalance(table);
            Assert.True(all <= 1.05, $"{count} members: the fullest owns {all:0.0000} of the mean");
            Assert.True(first <= 1.05, $"{count} members: the fullest is first of {first:0.0000} of the mean");
            atBound += all > 1.045 ? 1 : 0;

            if (before is not null)
            {
                var moved = Tables.Moved(before, table) * count;
                Assert.True(moved <= 1.25, $"from {count - 1} to {count} members moves {moved:0.000} of the new one's share");
                worstMoved = Math.Max(worstMoved, moved);
            }

            before = table;
        }

        // Worth something only if bounds were reached, and members forced to hand slots on.
        Assert.True(atBound > 100, $"only {atBound} tables had a member near its bound");
        Assert.InRange(worstMoved, 1.05, 1.25);
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(5, 50)]
    public void Other_replication_factors_hold_the_figures_too(int replication, int membersMax)
    {
        var members = Tables.Members(membersMax);
        SlotTable? before = null;
        for (var count = 1; count <= membersMax; count++)
        {
            var table = Tables.Build(members.Take(count), replication);
            Assert.True(Tables.Imbalance(table) is { All: <= 1.05, First: <= 1.05 }, $"{count} members: {Tables.Imbalance(table)}");
            Assert.True(before is null || Tables.Moved(before, table) * count <= 1.25, $"{count} members");
            before = table;
        }
    }

    [Fact]
    public void A_member_that_leaves_moves_little_more_than_what_it_held()
    {
        var random = new Random(3);
        var members = Tables.Members(40).ToList();
        while (members.Count > 4)
        {
            var before = Tables.Build(members);
            var count = members.Count;
            members.RemoveAt(random.Next(count));
            var moved = Tables.Moved(before, Tables.Build(members)) * count;
            Assert.True(moved <= 1.25, $"from {count} to {count - 1} members moves {moved:0.000} of what the lost one held");
        }
    }
}
