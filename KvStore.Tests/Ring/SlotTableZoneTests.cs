using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Ring;

public sealed class SlotTableZoneTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(4, 3, 3)]
    [InlineData(2, 2, 2)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(2, 2, 1, 1)] // every slot must take one of each of the larger zones: none to spare
    [InlineData(3, 3, 2, 2)]
    [InlineData(20, 20, 20)]
    [InlineData(10, 9, 8, 7, 6)]
    public void No_two_replicas_share_a_zone_while_zones_are_large_enough(params int[] sizes)
    {
        var table = Tables.Build(Tables.Zoned(sizes));
        Assert.All(Tables.Slots(), slot => Assert.Equal(3, ZonesOf(table, slot).Length));
    }

    [Fact]
    public void Every_division_of_up_to_ten_members_over_zones_is_served()
    {
        var apart = 0;
        var together = 0;
        foreach (var sizes in Divisions(10, 4))
        {
            var table = Tables.Build(Tables.Zoned(sizes));
            var bounds = ExpectedBounds(sizes, table.OwnersPerSlot);
            var (all, _) = table.Loads();
            for (var member = 0; member < all.Length; member++)
            {
                var bound = bounds[table.Members[member].Zone];
                Assert.True(all[member] <= bound, $"zones of {string.Join(',', sizes)}: a member of {table.Members[member].Zone} owns {all[member]}, {bound:0} at most");
            }

            // Large enough: the zones' members can carry a replica a slot at no more than twice the even share.
            var enough = sizes.Length >= 3 && CanCarry(sizes) >= 3L * Slot.Count;
            if (enough)
            {
                Assert.True(Tables.Slots().All(slot => ZonesOf(table, slot).Length == 3), $"zones of {string.Join(',', sizes)}");
                apart++;
            }
            else
            {
                together++;
            }
        }

        Assert.True(apart > 20 && together > 10, $"{apart} divisions with room, {together} without");
    }

    [Fact]
    public void Two_zones_share_three_replicas_two_to_one()
    {
        var table = Tables.Build(Tables.Zoned(4, 4));
        Assert.All(Tables.Slots(), slot => Assert.Equal(2, ZonesOf(table, slot).Length));
        Assert.True(Tables.Imbalance(table).All <= 1.05);
    }

    [Fact]
    public void Five_replicas_in_three_zones_leave_no_zone_with_a_majority()
    {
        var table = Tables.Build(Tables.Zoned(3, 3, 3), replication: 5);
        Assert.All(Tables.Slots(), slot =>
            Assert.Equal([1, 2, 2], Tables.OwnersOf(table, slot).CountBy(member => member.Zone).Select(zone => zone.Value).Order()));
    }

    [Fact]
    public void A_zone_too_small_gives_way_before_its_members_drown()
    {
        // One of three zones has a tenth of the members: distinct zones would give each of its two six even shares.
        var table = Tables.Build(Tables.Zoned(20, 16, 2));
        var (all, _) = table.Loads();
        var small = Enumerable.Range(0, 38).Where(i => table.Members[i].Zone == "zone-2").Select(i => all[i]).ToList();
        var even = Slot.Count * 3 / 38.0;
        Assert.All(small, load => Assert.InRange(load, 1.9 * even, 2 * even * 1.05));
        Assert.Equal(small.Sum(), Tables.Slots().Count(slot => ZonesOf(table, slot).Length == 3));
    }

    [Fact]
    public void A_member_that_joins_each_zone_in_turn_moves_little()
    {
        var members = Tables.Members(60, zones: 3);
        for (var count = 9; count < 60; count++)
        {
            var moved = Tables.Moved(Tables.Build(members.Take(count)), Tables.Build(members.Take(count + 1))) * (count + 1);
            Assert.True(moved <= 1.25, $"{count + 1} members: {moved:0.000}");
        }
    }

    private static string[] ZonesOf(SlotTable table, Slot slot) =>
        [.. Tables.OwnersOf(table, slot).Select(member => member.Zone).Distinct()];

    private static double CanCarry(int[] sizes) =>
        sizes.Sum(size => Math.Min(Slot.Count, 2.0 * size * Slot.Count * Math.Min(3, sizes.Sum()) / sizes.Sum()));

    // Never above 1.05 times twice the even share; where zones leave no choice (they all must carry more), the share of its zone.
    private static Dictionary<string, double> ExpectedBounds(int[] sizes, int owners)
    {
        var even = Slot.Count * owners / (double)sizes.Sum();
        return sizes.Select((_, zone) => zone).ToDictionary(zone => $"zone-{zone}", _ => Math.Min(Slot.Count, Math.Ceiling(2 * even * 1.05)));
    }

    // All ways to write numbers up to total as a sum of one to zonesMax sizes, larger ones first.
    private static IEnumerable<int[]> Divisions(int total, int zonesMax)
    {
        IEnumerable<int[]> Of(int rest, int most, int zones)
        {
            yield return [];
            if (zones == 0)
            {
                yield break;
            }

            for (var size = Math.Min(rest, most); size >= 1; size--)
            {
                foreach (var tail in Of(rest - size, size, zones - 1))
                {
                    yield return [size, .. tail];
                }
            }
        }

        return Of(total, total, zonesMax).Where(sizes => sizes.Length > 0);
    }
}
