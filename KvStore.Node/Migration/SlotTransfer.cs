using KvStore.Node.Coordination;
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
    Topologies topologies,
    BulkCalls calls,
    Action<Slot, LaneCall> toLane,
    TransferPace pace,
    TransferProgress progress,
    TransferSettings settings,
    ProtocolSettings protocol)
{
    /// <summary>Keys of a batch of slots, at most, at some 150 bytes each; a batch of more is cut in two.</summary>
    public const int KeysMax = 200_000;

    /// <summary>Keys worked on at once.</summary>
    private const int KeysAtOnce = 64;

    private const long PageBytesMax = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

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
        if (!await RaiseFloorsAsync(merge, joint, heard))
        {
            return [];
        }

        foreach (MemberId source in pulls.SelectMany(pull => pull.Sources).Distinct())
        {
            await PullAsync(merge, joint, source, heard, cancellationToken);
        }

        HashSet<Slot> unsettled = await SettleAsync(joint, merge.Unsettled(heard));
        return IsOver(joint) ? [] : [.. heard.Where(slot => !unsettled.Contains(slot))];
    }

    private bool IsOver(TopologySnapshot joint) => topologies.Current.Epoch != joint.Epoch;

    private async Task HearOwnAsync(SlotMerge merge, IReadOnlyList<SlotPull> pulls, CancellationToken cancellationToken)
    {
        HashSet<Slot> slots = [.. pulls.Select(pull => pull.Slot)];
        PassCursor from = PassCursor.Start;
        for (bool isComplete = false; !isComplete;)
        {
            PassPage page = await store.ReadPassAsync(new StorePass(slots.Contains, from, settings.PageCountMax, PageBytesMax, WithValues: false), cancellationToken);
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
        bool isWhole = await ReadAsync(joint, source, PeerRequestKind.Inventory, numbers, reply =>
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

    private async Task<bool> RaiseFloorsAsync(SlotMerge merge, TopologySnapshot joint, HashSet<Slot> slots)
    {
        bool all = true;
        List<FloorTransfer> floors = [];
        foreach (Slot slot in slots.Where(slot => !merge.FloorOf(slot).IsZero && !protocol.Has(ProtocolFlaw.FloorsNotTransferred)))
        {
            FloorTransfer floor = new(slot, merge.FloorOf(slot), joint.Epoch);
            floors.Add(floor);
            toLane(slot, floor);
        }

        foreach (FloorTransfer floor in floors)
        {
            all &= await floor.Completion;
        }

        return all;
    }

    private async Task PullAsync(SlotMerge merge, TopologySnapshot joint, MemberId source, HashSet<Slot> slots, CancellationToken cancellationToken)
    {
        Dictionary<Key, Ballot> wanted = merge.WantedFrom(source, slots);
        if (wanted.Count == 0)
        {
            return;
        }

        ushort[] numbers = [.. wanted.Keys.Select(key => key.Slot.Number).Distinct()];
        await ReadAsync(joint, source, PeerRequestKind.Pull, numbers, async reply =>
        {
            StorePageEntry[] entries = [.. reply.Page!.Entries.Where(entry => wanted.TryGetValue(entry.Key, out Ballot ballot) && ballot == entry.Record.Ballot)];
            foreach (StorePageEntry[] some in entries.Chunk(KeysAtOnce))
            {
                KeyTransfer[] transfers = Begin(joint, some.Select(entry => (entry.Key, entry.Record)));
                for (int i = 0; i < transfers.Length; i++)
                {
                    if (await transfers[i].Completion)
                    {
                        merge.Took(some[i].Key);
                        wanted.Remove(some[i].Key);
                    }
                }
            }

            progress.Took(source, entries.Length, 0);
        }, cancellationToken);
    }

    /// <returns>Slots with a key that could not be settled.</returns>
    private async Task<HashSet<Slot>> SettleAsync(TopologySnapshot joint, IReadOnlyList<Key> keys)
    {
        HashSet<Slot> unsettled = [];
        foreach (Key[] some in keys.Chunk(KeysAtOnce))
        {
            KeyTransfer[] transfers = Begin(joint, some.Select(key => (key, RegisterRecord.Absent)));
            for (int i = 0; i < transfers.Length; i++)
            {
                if (!await transfers[i].Completion)
                {
                    unsettled.Add(some[i].Slot);
                }
            }

            progress.Settled(some.Length);
        }

        return unsettled;
    }

    private KeyTransfer[] Begin(TopologySnapshot joint, IEnumerable<(Key Key, RegisterRecord Record)> keys)
    {
        List<KeyTransfer> transfers = [];
        foreach ((Key key, RegisterRecord record) in keys)
        {
            KeyTransfer transfer = new(key, record, joint.Epoch);
            transfers.Add(transfer);
            toLane(key.Slot, transfer);
        }

        return [.. transfers];
    }

    /// <summary>Reads all pages of a source's slots.</summary>
    /// <returns>False if it did not answer to the end.</returns>
    private async Task<bool> ReadAsync(
        TopologySnapshot joint, MemberId source, PeerRequestKind kind, ushort[] numbers, Func<PeerReply, Task> take, CancellationToken cancellationToken)
    {
        PassCursor from = PassCursor.Start;
        for (bool isComplete = false; !isComplete;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PeerReply? answer = await calls.AskAsync(source, joint, kind, new SlotQuestion(numbers, from), Patience);
            if (answer is not { Page: { } page, Next: { } next } reply || reply.Epoch != joint.Epoch || IsOver(joint))
            {
                return false;
            }

            await take(reply);
            long bytes = page.Entries.Sum(entry => (long)entry.Key.Length + entry.Record.State!.Value.Length);
            progress.Took(source, 0, bytes);
            await pace.PayAsync(source, bytes, cancellationToken);
            (from, isComplete) = (next, page.Complete || protocol.Has(ProtocolFlaw.PagesSkipped));
        }

        return true;
    }
}
