using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Tests.Coordination;

public sealed class ListingMergeTests
{
    private readonly ListingMerge _merge = new(Owners.Topology(3, 3), limit: 10, wall: 1_000);

    [Fact]
    public void The_highest_ballot_of_a_key_decides_whether_it_is_there()
    {
        Add(1, true, ("a", 5, RegisterKind.Value), ("b", 9, RegisterKind.Tombstone));
        Add(2, true, ("a", 5, RegisterKind.Value), ("b", 4, RegisterKind.Value), ("c", 3, RegisterKind.Value));
        ListingPage page = _merge.Merge();
        Assert.Equal(["a", "c"], Keys(page));
        Assert.True(page.Complete);
    }

    [Fact]
    public void It_reaches_only_as_far_as_every_member_has_told()
    {
        Add(1, false, ("a", 5, RegisterKind.Value), ("b", 5, RegisterKind.Value));
        Add(2, true, ("a", 5, RegisterKind.Value), ("b", 5, RegisterKind.Value), ("c", 5, RegisterKind.Value));
        ListingPage page = _merge.Merge();
        Assert.Equal(["a", "b"], Keys(page));
        Assert.False(page.Complete);
        Assert.Equal("b", Encoding.UTF8.GetString(page.ReachedKey.Span));
    }

    [Fact]
    public void More_than_the_limit_is_left_for_the_next_page()
    {
        Add(1, true, [.. Enumerable.Range(0, 12).Select(i => ($"k{i:00}", 5L, RegisterKind.Value))]);
        ListingPage page = _merge.Merge();
        Assert.Equal(10, page.Entries.Count);
        Assert.False(page.Complete);
    }

    [Fact]
    public void A_minority_of_answers_covers_not_every_slot()
    {
        Add(1, true);
        Assert.False(_merge.CoversEverySlot());
        Add(3, true);
        Assert.True(_merge.CoversEverySlot());
    }

    [Fact]
    public void Only_the_slots_wanted_have_to_be_covered()
    {
        ListingMerge merge = new(Owners.Topology(5, 3), limit: 10, wall: 1_000);
        merge.Add(Owners.Member(1).Id, new StorePage([], Complete: true));
        merge.Add(Owners.Member(2).Id, new StorePage([], Complete: true));
        TopologySnapshot topology = Owners.Topology(5, 3);
        bool IsCovered(int number)
        {
            SlotOwners owners = topology.OwnersOf(new Slot(number));
            return owners.PlaceOf(Owners.Member(1).Id) >= 0 && owners.PlaceOf(Owners.Member(2).Id) >= 0;
        }

        int covered = Enumerable.Range(0, Slot.Count).First(IsCovered);
        int uncovered = Enumerable.Range(0, Slot.Count).First(number => !IsCovered(number));

        Assert.True(merge.CoversEverySlot(new SlotSpans([((ushort)covered, (ushort)covered)])));
        Assert.False(merge.CoversEverySlot(new SlotSpans([((ushort)covered, (ushort)covered), ((ushort)uncovered, (ushort)uncovered)])));
        Assert.False(merge.CoversEverySlot());
    }

    private static IEnumerable<string> Keys(ListingPage page) => page.Entries.Select(entry => entry.Key.ToString());

    private void Add(int member, bool complete, params (string Key, long Counter, RegisterKind Kind)[] entries) =>
        _merge.Add(Owners.Member(member).Id, new StorePage([.. entries.Select(Entry)], complete));

    private static StorePageEntry Entry((string Key, long Counter, RegisterKind Kind) entry) => new(
        new Key(Encoding.UTF8.GetBytes(entry.Key)),
        new RegisterRecord(new Ballot(Epoch.First, entry.Counter, 1), new RegisterState { Kind = entry.Kind }),
        ValueLength: 0);
}
