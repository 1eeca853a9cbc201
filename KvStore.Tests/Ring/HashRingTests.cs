using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Ring;

public sealed class HashRingTests
{
    [Fact]
    public void A_ring_has_its_members_in_order_and_their_tokens_in_order()
    {
        var ring = HashRing.Of(Tables.Members(7), virtualNodes: 64);

        Assert.Equal(ring.Members.OrderBy(member => member.Id), ring.Members);
        Assert.Equal(ring.Tokens.ToArray().Order(), ring.Tokens.ToArray());
        Assert.Equal(
            Enumerable.Repeat(64, 7),
            Enumerable.Range(0, 7).Select(member => ring.Tokens.ToArray().Count(token => token.Member == member)));
    }

    [Fact]
    public void A_members_tokens_do_not_depend_on_the_others()
    {
        var few = HashRing.Of(Tables.Members(3), 64);
        var many = HashRing.Of(Tables.Members(9), 64);
        foreach (var member in few.Members)
        {
            Assert.Equal(PositionsOf(few, member), PositionsOf(many, member));
        }
    }

    [Fact]
    public void Slots_stand_at_sixteen_places_each_spread_over_the_whole_ring()
    {
        var counts = new int[Slot.Count];
        foreach (var slot in SlotPlaces.SlotNumbers)
        {
            counts[slot]++;
        }

        Assert.All(counts, count => Assert.Equal(SlotPlaces.PerSlot, count));
        Assert.Equal(1UL << (64 - SlotPlaces.SpacingBits), (ulong)SlotPlaces.Count);

        var positions = SlotPlaces.PositionsOf(new Slot(12182));
        Assert.Equal(SlotPlaces.PerSlot, positions.Distinct().Count());
        Assert.All(positions, position => Assert.Equal(12182, SlotPlaces.SlotNumbers[(int)(position >> SlotPlaces.SpacingBits)]));
    }

    [Fact]
    public void No_two_slots_hash_to_one_word()
    {
        // Sorting by these words is only deterministic because they differ.
        var seen = new HashSet<ulong>();
        Span<ulong> words = stackalloc ulong[RingHash.Words];
        for (var number = 0; number < Slot.Count; number++)
        {
            for (var index = 0; index < SlotPlaces.PerSlot / RingHash.Words; index++)
            {
                RingHash.SlotWords(new Slot(number), index, words);
                foreach (var word in words)
                {
                    Assert.True(seen.Add(word), $"slot {number} repeats a word");
                }
            }
        }

        Assert.Equal(SlotPlaces.Count, seen.Count);
    }

    [Fact]
    public void Bad_rings_are_refused_by_name()
    {
        var twice = Tables.Members(2).Append(Tables.Members(1)[0]);
        Assert.Contains(Tables.Members(1)[0].Id.ToString(), Assert.Throws<ArgumentException>(() => HashRing.Of(twice, 64)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => HashRing.Of([], 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => HashRing.Of(Tables.Members(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => HashRing.Of(Tables.Members(1), HashRing.VirtualNodesMax + 1));
    }

    [Fact]
    public void Describe_shows_members_and_their_arcs() => Assert.Equal(
        """
        ring of 3 members, 64 tokens each
           0 467ce19c-309b-5044-93ac-ef454fb9216f zone 'zone-0' arcs 34.9 %
           1 5e389308-01cf-50b3-8921-b9fe91f5e3bc zone 'zone-1' arcs 31.9 %
           2 eed3cda6-1e9b-57f9-b471-6d0d3c41f614 zone 'zone-0' arcs 33.2 %

        """,
        HashRing.Of(Tables.Members(3, zones: 2), 64).Describe());

    private static ulong[] PositionsOf(HashRing ring, RingMember member) =>
        [.. ring.Tokens.ToArray().Where(token => ring.Members[token.Member] == member).Select(token => token.Position)];
}
