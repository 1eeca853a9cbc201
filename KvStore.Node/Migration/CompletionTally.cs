using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>Whether a majority of the next owners of every slot that moves holds all that it needs. Pure.</summary>
/// <param name="joint">With a change under way.</param>
internal sealed class CompletionTally(TopologySnapshot joint)
{
    private readonly Dictionary<MemberId, SlotSet> _complete = [];

    /// <summary>What a member's disk says at the epoch of the change; the last time counts.</summary>
    public void Hear(MemberId member, SlotSet complete) => _complete[member] = complete;

    /// <summary>Slots of which no majority of the next owners is complete.</summary>
    public int Missing()
    {
        int missing = 0;
        for (int number = 0; number < Slot.Count; number++)
        {
            Slot slot = new(number);
            missing += joint.Groups.IsMoving(slot) && !IsComplete(slot) ? 1 : 0;
        }

        return missing;
    }

    private bool IsComplete(Slot slot)
    {
        SlotOwners owners = joint.OwnersOf(slot);
        uint complete = 0;
        for (int place = 0; place < owners.Count; place++)
        {
            if (owners.IsNext(place) && _complete.TryGetValue(owners[place].Id, out SlotSet? slots) && slots.Contains(slot))
            {
                complete |= 1u << place;
            }
        }

        return owners.HasMajorityOfNext(complete);
    }
}
