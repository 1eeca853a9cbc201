using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>
/// Takes over the slots of which a majority of the old owners holds the same (<see cref="AgreedSlots"/>), which are most: nobody
/// reads a record of those that stay, and who joins reads one old owner's once. What is left over is for <see cref="SlotTransfer"/>.
/// </summary>
internal sealed class AgreedTransfer(
    MemberId self, IStore store, SlotPages pages, LaneTransfers lanes, TransferProgress progress, ProtocolSettings protocol)
{
    /// <summary>Slots in a question for records. A change that is interrupted begins the slots of one again.</summary>
    private const int SlotsAtOnce = 4_096;

    /// <summary>Slots in a question for digests, between which clients' requests have their turn: all at once would be much to compute, and to collect as garbage.</summary>
    private const int DigestsAtOnce = 512;

    /// <param name="joint">The topology of the change.</param>
    /// <param name="completed">Told the slots that are complete now.</param>
    public async Task RunAsync(
        TopologySnapshot joint, IReadOnlyList<SlotPull> pulls, Func<IReadOnlyList<Slot>, Task> completed, CancellationToken cancellationToken)
    {
        List<AgreedSlot> found = [];
        HashSet<MemberId> silent = []; // one that did not answer is waited for once
        foreach (SlotPull[] some in pulls.Chunk(DigestsAtOnce))
        {
            AgreedSlots agreed = await HearAsync(joint, some, silent);
            found.AddRange(some.Select(pull => agreed.Find(pull)).OfType<AgreedSlot>());
            await pages.RestAsync(cancellationToken);
        }

        if (found.Count == 0 || !await lanes.RaiseAsync(joint, found.Select(slot => (slot.Slot, slot.Floor))) || pages.IsOver(joint))
        {
            return;
        }

        if (found.Any(slot => slot.Source is null))
        {
            await completed([.. found.Where(slot => slot.Source is null).Select(slot => slot.Slot)]);
        }

        foreach (IGrouping<MemberId, AgreedSlot> slots in found.Where(slot => slot.Source is not null).GroupBy(slot => slot.Source!.Value).OrderBy(slots => slots.Key))
        {
            foreach (AgreedSlot[] some in slots.Chunk(SlotsAtOnce))
            {
                IReadOnlyList<Slot> taken = await PullAsync(joint, slots.Key, [.. some.Select(slot => slot.Slot)], cancellationToken);
                if (taken.Count > 0)
                {
                    await completed(taken);
                }
            }
        }
    }

    private async Task<AgreedSlots> HearAsync(TopologySnapshot joint, IReadOnlyList<SlotPull> pulls, HashSet<MemberId> silent)
    {
        AgreedSlots agreed = new(joint, self, protocol);
        ushort[] all = [.. pulls.Select(pull => pull.Slot.Number)];
        foreach ((ushort number, SlotSummary summary) in all.Zip(SlotSummary.Of(store, all)))
        {
            agreed.AddOwn(new Slot(number), summary);
        }

        // All at once, so that those that do not answer are waited for together.
        (MemberId Source, Task<IReadOnlyList<(Slot Slot, SlotSummary Summary)>> Summaries)[] heard =
            [.. AskedOf(pulls).Where(asked => !silent.Contains(asked.Key)).Select(asked => (asked.Key, HearAsync(joint, asked.Key, [.. asked.Value])))];
        foreach ((MemberId source, Task<IReadOnlyList<(Slot Slot, SlotSummary Summary)>> summaries) in heard)
        {
            IReadOnlyList<(Slot Slot, SlotSummary Summary)> said = await summaries;
            foreach ((Slot slot, SlotSummary summary) in said)
            {
                agreed.Add(source, slot, summary);
            }

            if (said.Count == 0)
            {
                silent.Add(source);
            }
        }

        return agreed;
    }

    /// <summary>The slots that each source is asked of.</summary>
    private static OrderedDictionary<MemberId, List<ushort>> AskedOf(IReadOnlyList<SlotPull> pulls)
    {
        OrderedDictionary<MemberId, List<ushort>> asked = [];
        foreach (SlotPull pull in pulls)
        {
            foreach (MemberId source in pull.Sources)
            {
                if (!asked.TryGetValue(source, out List<ushort>? slots))
                {
                    asked.Add(source, slots = []);
                }

                slots.Add(pull.Slot.Number);
            }
        }

        return asked;
    }

    /// <returns>What the source said of the slots, as far as it answered.</returns>
    private async Task<IReadOnlyList<(Slot Slot, SlotSummary Summary)>> HearAsync(TopologySnapshot joint, MemberId source, ushort[] slots)
    {
        PeerReply? answer = await pages.AskAsync(joint, source, PeerRequestKind.SlotDigests, new SlotQuestion(slots, PassCursor.Start));
        return answer is { Digests: { } digests, Slots: { } news } && digests.Count == slots.Length && news.Floors.Count == slots.Length
            ? [.. slots.Select((number, i) => (new Slot(number), new SlotSummary(digests[i], news.Floors[i])))]
            : [];
    }

    /// <returns>The slots of which everything was taken over.</returns>
    private async Task<IReadOnlyList<Slot>> PullAsync(TopologySnapshot joint, MemberId source, Slot[] slots, CancellationToken cancellationToken)
    {
        HashSet<Slot> unsettled = [];
        bool isWhole = await pages.ReadAsync(joint, source, PeerRequestKind.Pull, [.. slots.Select(slot => slot.Number)], async (reply, span) =>
        {
            // A record of this epoch came after the digests, and nobody has said that others hold it.
            IReadOnlyList<StorePageEntry> entries = [.. reply.Page!.Entries.Where(entry => !IsForgotten(entry.Record))];
            IReadOnlyList<Key> failed = await lanes.TakeAsync(joint, entries, entry => entry.Record.Ballot.Epoch != joint.Epoch, span);
            unsettled.UnionWith(failed.Select(key => key.Slot));
            progress.Took(source, entries.Count - failed.Count, 0);
        }, cancellationToken);
        return isWhole && !pages.IsOver(joint) ? [.. slots.Where(slot => !unsettled.Contains(slot))] : [];
    }

    private bool IsForgotten(in RegisterRecord record) =>
        protocol.Has(ProtocolFlaw.TombstonesNotTransferred) && record.State is { Kind: RegisterKind.Tombstone };
}
