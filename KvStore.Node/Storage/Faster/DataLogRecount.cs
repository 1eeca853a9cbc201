using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Finds the tombstones of slots whose digest is unknown (<see cref="TombstoneLedger"/>), with one pass for all of them, and
/// again until none is unknown. Lanes go on meanwhile; what they change counts.
/// </summary>
internal sealed class DataLogRecount(
    IReadOnlyList<LaneRecords> lanes, StoreCounts counts, Func<StorePass, CancellationToken, ValueTask<PassPage>> readPass)
{
    private const int PageCountMax = 1024;
    private const long PageBytesMax = 4 << 20;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (counts.UnknownSlots().ToList() is { Count: > 0 } unknown)
        {
            HashSet<Slot> slots = [.. unknown.Where(slot => LaneOf(slot).BeginRecount(slot))];
            PassPage page;
            PassCursor next = PassCursor.Start;
            do
            {
                page = await readPass(new StorePass(slots.Contains, next, PageCountMax, PageBytesMax, WithValues: false), cancellationToken);
                foreach (StorePageEntry entry in page.Entries.Where(entry => entry.Record.State!.Kind == RegisterKind.Tombstone))
                {
                    LaneOf(entry.Key.Slot).Found(entry.Key.Slot, RecordWeight.Of(entry.Key, entry.Record));
                }

                next = page.Next;
            }
            while (!page.Complete);

            foreach (Slot slot in slots)
            {
                LaneOf(slot).EndRecount(slot);
            }
        }
    }

    private LaneRecords LaneOf(Slot slot) => lanes[slot.Number % lanes.Count];
}
