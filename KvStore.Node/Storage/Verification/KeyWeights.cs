using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Verification;

/// <summary>
/// What the latest record of every key weighs, to count slots anew without trusting any count. All keys are in memory, about
/// 200 bytes each: a verification is not given a budget.
/// </summary>
internal sealed class KeyWeights
{
    private readonly Dictionary<Key, RecordWeight> _weights = [];

    public void Set(in Key key, in RegisterRecord record)
    {
        if (record.IsAbsent)
        {
            _weights.Remove(key);
        }
        else
        {
            _weights[key] = RecordWeight.Of(key, record);
        }
    }

    /// <param name="floorOf">Tombstones at or below it are no part of a digest.</param>
    public StoreCounts Count(Func<Slot, Ballot> floorOf)
    {
        StoreCounts counts = new(int.MaxValue);
        foreach (Slot slot in Enumerable.Range(0, Slot.Count).Select(number => new Slot(number)))
        {
            Ballot floor = floorOf(slot);
            if (floor > Ballot.Zero)
            {
                counts.RaiseFloor(slot, floor);
            }
        }

        foreach ((Key key, RecordWeight weight) in _weights)
        {
            counts.Replace(key.Slot, default, weight);
        }

        return counts;
    }
}
