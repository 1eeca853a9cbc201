using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Replication;

/// <summary>
/// What is done to a slot as a whole, in its lane, when it changes hands: its floor raised to that of the owners before, and
/// what is left of it removed where it is no longer owned.
/// </summary>
internal sealed class SlotCustody(int lane, IStore store, LaneLog log)
{
    private int _underway;

    /// <summary>Whether nothing is on its way to the disk.</summary>
    public bool IsAtRest => _underway == 0;

    /// <summary>Raises the slot's floor, if it is lower.</summary>
    /// <param name="then">Told when that is on disk and counts.</param>
    public void RaiseFloor(Slot slot, Ballot floor, Action then)
    {
        if (floor <= store.FloorOf(slot))
        {
            then();
            return;
        }

        Append(StoreEntry.Of(Fact.Floor(slot, floor)), _ =>
        {
            store.ApplyFloor(lane, slot, floor);
            then();
        });
    }

    /// <summary>Removes a key's record. The caller knows that nobody else touches the key: its slot is not this member's.</summary>
    /// <param name="record">What the key holds.</param>
    /// <param name="then">Told when that is on disk and counts.</param>
    public void Remove(Key key, RegisterRecord record, Action then) => Append(StoreEntry.Removal(key, record.Ballot), lsn =>
    {
        store.ApplyRemoval(lane, key, record, lsn);
        then();
    });

    private void Append(in StoreEntry entry, Action<long> durable)
    {
        _underway++;
        log.Append(entry, new Step(lsn =>
        {
            _underway--;
            durable(lsn);
        }));
    }

    private sealed class Step(Action<long> run) : DurableStep
    {
        public override void Run() => run(Lsn);
    }
}
