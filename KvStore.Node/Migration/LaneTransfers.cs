using System.Diagnostics;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>Hands what is taken over to the lanes of this member, some keys at a time.</summary>
internal sealed class LaneTransfers(Action<Slot, LaneCall> toLane, TransferProgress progress, ProtocolSettings protocol)
{
    /// <summary>Keys, or floors, worked on at once.</summary>
    private const int AtOnce = 64;

    /// <summary>Raises the floors of slots to these.</summary>
    /// <returns>Whether all are raised.</returns>
    public async Task<bool> RaiseAsync(TopologySnapshot joint, IEnumerable<(Slot Slot, Ballot Floor)> floors)
    {
        bool all = true;
        foreach ((Slot Slot, Ballot Floor)[] some in floors.Where(floor => !floor.Floor.IsZero && !protocol.Has(ProtocolFlaw.FloorsNotTransferred)).Chunk(AtOnce))
        {
            FloorTransfer[] transfers = Array.ConvertAll(some, floor => new FloorTransfer(floor.Slot, floor.Floor, joint.Epoch));
            for (int i = 0; i < some.Length; i++)
            {
                toLane(some[i].Slot, transfers[i]);
            }

            foreach (FloorTransfer floor in transfers)
            {
                all &= await floor.Completion;
            }
        }

        return all;
    }

    /// <summary>Takes records over.</summary>
    /// <param name="isChosen">Whether a majority of the old owners holds the record; if not, a round settles the key unless as much is held here.</param>
    /// <param name="cause">Of the span that brought them, if any.</param>
    /// <returns>The keys that are not settled.</returns>
    public Task<IReadOnlyList<Key>> TakeAsync(
        TopologySnapshot joint, IEnumerable<StorePageEntry> entries, Func<StorePageEntry, bool> isChosen, ActivityContext cause = default) =>
        RunAsync(entries, entry => entry.Key, entry => new KeyTransfer(entry.Key, entry.Record, isChosen(entry), joint.Epoch) { Cause = cause });

    /// <summary>Has keys settled by a round of their own.</summary>
    /// <returns>The keys that are not settled.</returns>
    public async Task<IReadOnlyList<Key>> SettleAsync(TopologySnapshot joint, IReadOnlyList<Key> keys)
    {
        IReadOnlyList<Key> failed = await RunAsync(keys, key => key, key => new KeyTransfer(key, RegisterRecord.Absent, isChosen: false, joint.Epoch));
        progress.Settled(keys.Count);
        return failed;
    }

    private async Task<IReadOnlyList<Key>> RunAsync<T>(IEnumerable<T> all, Func<T, Key> keyOf, Func<T, KeyTransfer> create)
    {
        List<Key> failed = [];
        foreach (T[] some in all.Chunk(AtOnce))
        {
            KeyTransfer[] transfers = Array.ConvertAll(some, one => create(one));
            for (int i = 0; i < some.Length; i++)
            {
                toLane(keyOf(some[i]).Slot, transfers[i]);
            }

            for (int i = 0; i < some.Length; i++)
            {
                if (!await transfers[i].Completion)
                {
                    failed.Add(keyOf(some[i]));
                }
            }
        }

        return failed;
    }
}
