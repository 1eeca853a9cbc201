using System.Runtime.InteropServices;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Merges members' pages of one scan into one page. Beyond the last key of a page that was cut short nothing is known of
/// that member, so the merge reaches only as far as the least of those. Pure.
/// </summary>
/// <param name="limit">Entries, at most.</param>
/// <param name="wall">What has expired by then is left out, Unix milliseconds.</param>
internal sealed class ListingMerge(TopologySnapshot topology, int limit, long wall)
{
    private readonly List<(MemberId Member, StorePage Page)> _pages = [];

    public void Add(MemberId member, StorePage page) => _pages.Add((member, page));

    /// <summary>Whether the members that answered are a majority of every slot's owners.</summary>
    /// <param name="wanted">Of these slots only; null for all.</param>
    public bool CoversEverySlot(SlotSpans? wanted = null)
    {
        for (int number = 0; number < Slot.Count; number++)
        {
            if (wanted?.Contains(new Slot(number)) == false)
            {
                continue;
            }

            SlotOwners owners = topology.OwnersOf(new Slot(number));
            uint answered = 0;
            foreach ((MemberId member, _) in _pages)
            {
                int place = owners.PlaceOf(member);
                answered |= place < 0 ? 0 : 1u << place;
            }

            if (!owners.HasMajority(answered))
            {
                return false;
            }
        }

        return true;
    }

    public ListingPage Merge()
    {
        Key? reach = Reach();
        SortedDictionary<Key, StorePageEntry> highest = new(KeyOrder.Instance);
        foreach ((MemberId member, StorePage page) in _pages)
        {
            foreach (StorePageEntry entry in page.Entries)
            {
                // A member may still hold something of a slot that it lost.
                bool within = topology.OwnersOf(entry.Key.Slot).PlaceOf(member) >= 0;
                within &= reach is not { } last || KeyOrder.Instance.Compare(entry.Key, last) <= 0;
                if (within && (!highest.TryGetValue(entry.Key, out StorePageEntry known) || entry.Record.Ballot > known.Record.Ballot))
                {
                    highest[entry.Key] = entry;
                }
            }
        }

        List<StorePageEntry> live = [.. highest.Values.Where(entry => entry.Record.HasValue && !entry.Record.State!.IsExpired(wall))];
        bool cut = live.Count > limit;
        if (cut)
        {
            CollectionsMarshal.SetCount(live, limit);
        }

        return new ListingPage(live, reach is null && !cut, reach?.Memory ?? default);
    }

    private Key? Reach()
    {
        Key? reach = null;
        foreach ((_, StorePage page) in _pages)
        {
            if (!page.Complete && page.Entries.Count > 0)
            {
                Key last = page.Entries[^1].Key;
                reach = reach is { } least && KeyOrder.Instance.Compare(least, last) <= 0 ? least : last;
            }
        }

        return reach;
    }
}
