using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Ring;

public sealed class SlotTableTests
{
    [Fact]
    public void A_table_never_changes_for_the_same_members()
    {
        // A table that comes out differently would move data without a topology change. These must never be edited:
        // a new way of placing slots needs a new table format beside this one.
        Assert.Equal(
            ["0eed216cc4675044", "baf4e10e99bedf90", "5d06f59d0ec7bc5f", "0b62c38b21f948d1", "d94ee4046f7ad444"],
            new[]
            {
                Tables.Build(Tables.Members(1)),
                Tables.Build(Tables.Members(5)),
                Tables.Build(Tables.Members(5, zones: 3)),
                Tables.Build(Tables.Members(20), replication: 5),
                Tables.Build(Tables.Members(100, zones: 7)),
            }.Select(table => table.Digest.ToString("x16")));
    }

    [Fact]
    public void The_order_of_the_members_does_not_matter()
    {
        var random = new Random(11);
        foreach (var (count, zones) in new[] { (2, 1), (5, 3), (24, 4) })
        {
            var members = Tables.Members(count, zones);
            var expected = Tables.Build(members);
            for (var i = 0; i < 5; i++)
            {
                random.Shuffle(members);
                var table = Tables.Build(members);
                Assert.Equal(expected.Digest, table.Digest);
                Assert.All(Tables.Slots(), slot => Assert.True(expected.Owners(slot).SequenceEqual(table.Owners(slot))));
            }
        }
    }

    [Fact]
    public void Different_members_or_settings_give_different_digests()
    {
        SlotTable[] tables =
        [
            Tables.Build(Tables.Members(5)),
            Tables.Build(Tables.Members(6)),
            Tables.Build(Tables.Members(5, series: "other")),
            Tables.Build(Tables.Members(5), replication: 2),
            Tables.Build(Tables.Members(5), loadBound: 0.01),
            SlotTable.Build(Tables.Members(5), Tables.Replication, 63, Tables.LoadBound),
        ];
        Assert.Equal(tables.Length, tables.Select(table => table.Digest).Distinct().Count());
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    [InlineData(6, 5)]
    [InlineData(16, 15)]
    [InlineData(40, 1)]
    public void Every_slot_has_as_many_distinct_owners_as_there_can_be(int members, int replication)
    {
        // At ε = 0 nobody has a place to spare, so many slots find room only because others hand it over.
        foreach (var loadBound in new[] { 0, Tables.LoadBound, 1 })
        {
            var table = Tables.Build(Tables.Members(members), replication, loadBound);
            Assert.Equal(Math.Min(members, replication), table.OwnersPerSlot);
            Assert.All(Tables.Slots(), slot => Assert.Equal(table.OwnersPerSlot, Tables.OwnersOf(table, slot).Distinct().Count()));
        }
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(7, 3)]
    [InlineData(50, 3)]
    [InlineData(9, 7)]
    public void Without_slack_no_member_owns_more_than_a_fair_division_needs(int members, int replication)
    {
        var (all, first) = Tables.Build(Tables.Members(members), replication, loadBound: 0).Loads();
        Assert.Equal(((Slot.Count * replication) + members - 1) / members, all.Max());
        Assert.Equal((Slot.Count + members - 1) / members, first.Max());
    }

    [Fact]
    public void A_member_that_owns_everything_is_first_of_its_share_only()
    {
        var (all, first) = Tables.Build(Tables.Members(3)).Loads();
        Assert.Equal([Slot.Count, Slot.Count, Slot.Count], all);
        Assert.All(first, count => Assert.InRange(count, 1, (int)(Slot.Count / 3 * 1.05)));
    }

    [Fact]
    public void Bad_settings_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Tables.Build(Tables.Members(1), replication: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tables.Build(Tables.Members(1), replication: SlotTable.ReplicationMax + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tables.Build(Tables.Members(1), loadBound: -0.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tables.Build(Tables.Members(1), loadBound: double.NaN));
    }

    [Fact]
    public void Describe_shows_who_owns_how_much() => Assert.Equal(
        """
        slot table of 3 members, 3 owners a slot, digest 1cc4eb8b483152ac
           0 467ce19c-309b-5044-93ac-ef454fb9216f zone 'zone-2' owns 16384, first of 5501
           1 5e389308-01cf-50b3-8921-b9fe91f5e3bc zone 'zone-1' owns 16384, first of 5394
           2 eed3cda6-1e9b-57f9-b471-6d0d3c41f614 zone 'zone-0' owns 16384, first of 5489

        """,
        Tables.Build(Tables.Members(3, zones: 3)).Describe());
}
