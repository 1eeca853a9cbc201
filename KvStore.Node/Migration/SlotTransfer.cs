using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>
/// Takes over some slots: hears what the old owners hold (<see cref="SlotMerge"/>), raises floors, takes the records over that
/// a majority of the old owners reports, and has every other key settled by a round. Whatever fails is done again from the
/// beginning, which changes nothing that was done.
/// </summary>
internal sealed class SlotTransfer(
    MemberId self,
    IStore store,
    SlotPages pages,
    LaneTransfers lanes,
    TransferProgress progress,
    TransferSettings settings,
    ProtocolSettings protocol)
{
    /// <summary>Keys of a batch of slots, at most, at some 150 bytes each; a batch of more is cut in two.</summary>
    public const int KeysMax = 200_000;

    private const long PageBytesMax = 256 * 1024;

    /// <param name="joint">The topology of the change.</param>
    /// <returns>The slots that are complete now; null if there were more keys than <see cref="KeysMax"/>.</returns>
    public async Task<IReadOnlyList<Slot>?> RunAsync(TopologySnapshot joint, IReadOnlyList<SlotPull> pulls, CancellationToken cancellationToken)
    {
        SlotMerge merge = new(joint, self, protocol);
        await HearOwnAsync(merge, pulls, cancellationToken);
        foreach (IGrouping<MemberId, Slot> asked in pulls.SelectMany(pull => pull.Sources.Select(source => (Source: source, pull.Slot))).GroupBy(one => one.Source, one => one.Slot))
        {
            await HearAsync(merge, joint, asked.Key, [.. asked], cancellationToken);
            if (merge.Keys > KeysMax && pulls.Count > 1)
            {
                return null;
            }
        }

        HashSet<Slot> heard = [.. merge.Heard];
        if (!await lanes.RaiseAsync(joint, heard.Select(slot => (slot, merge.FloorOf(slot)))))
        {
            return [];
        }

        foreach (MemberId source in pulls.SelectMany(pull => pull.Sources).Distinct())
        {
            await PullAsync(merge, joint, source, heard, cancellationToken);
        }

        HashSet<Slot> unsettled = [.. (await lanes.SettleAsync(joint, merge.Unsettled(heard))).Select(key => key.Slot)];
        return pages.IsOver(joint) ? [] : [.. heard.Where(slot => !unsettled.Contains(slot))];
    }

    private async Task HearOwnAsync(SlotMerge merge, IReadOnlyList<SlotPull> pulls, CancellationToken cancellationToken)
    {
        HashSet<Slot> slots = [.. pulls.Select(pull => pull.Slot)];
        PassCursor from = PassCursor.Start;
        for (bool isComplete = false; !isComplete;)
        {
            PassPage page = await store.ReadPassAsync(new StorePass(slots.Contains, from, settings.PageCountMax, PageBytesMax, WithValues: false, () => !settings.IsLimited), cancellationToken);
            foreach (StorePageEntry entry in page.Entries)
            {
                merge.AddOwn(entry.Key, entry.Record.Ballot);
            }

            (from, isComplete) = (page.Next, page.Complete);
        }

        foreach (SlotPull pull in pulls.Where(pull => pull.IsStaying))
        {
            merge.AddHeard(self, pull.Slot);
        }
    }

    private async Task HearAsync(SlotMerge merge, TopologySnapshot joint, MemberId source, Slot[] slots, CancellationToken cancellationToken)
    {
        ushort[] numbers = [.. slots.Select(slot => slot.Number)];
        bool isWhole = await pages.ReadAsync(joint, source, PeerRequestKind.Inventory, numbers, (reply, _) =>
        {
            foreach ((Slot slot, Ballot floor) in slots.Zip(reply.Slots!.Floors))
            {
                merge.AddFloor(slot, floor);
            }

            foreach (StorePageEntry entry in reply.Page!.Entries)
            {
                merge.Add(source, entry.Key, entry.Record);
            }

            return Task.CompletedTask;
        }, cancellationToken);
        foreach (Slot slot in isWhole ? slots : [])
        {
            merge.AddHeard(source, slot);
        }
    }

    private async Task PullAsync(SlotMerge merge, TopologySnapshot joint, MemberId source, HashSet<Slot> slots, CancellationToken cancellationToken)
    {
        Dictionary<Key, Ballot> wanted = merge.WantedFrom(source, slots);
        if (wanted.Count == 0)
        {
            return;
        }

        ushort[] numbers = [.. wanted.Keys.Select(key => key.Slot.Number).Distinct()];
        await pages.ReadAsync(joint, source, PeerRequestKind.Pull, numbers, async (reply, span) =>
        {
            StorePageEntry[] entries = [.. reply.Page!.Entries.Where(entry => wanted.TryGetValue(entry.Key, out Ballot ballot) && ballot == entry.Record.Ballot)];
            HashSet<Key> failed = [.. await lanes.TakeAsync(joint, entries, _ => true, span)];
            foreach (Key key in entries.Select(entry => entry.Key).Where(key => !failed.Contains(key)))
            {
                merge.Took(key);
                wanted.Remove(key);
            }

            progress.Took(source, entries.Length, 0);
        }, cancellationToken);
    }
}
