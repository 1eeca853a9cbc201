using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>Whether a majority of the next owners of every slot that moves holds all that it needs, or every one does. Pure.</summary>
/// <param name="joint">With a change under way.</param>
internal sealed class CompletionTally(TopologySnapshot joint)
{
    private readonly Dictionary<MemberId, SlotSet> _complete = [];

    /// <summary>What a member's disk says at the epoch of the change; the last time counts.</summary>
    public void Hear(MemberId member, SlotSet complete) => _complete[member] = complete;

    /// <summary>Slots of which no majority of the next owners is complete.</summary>
    public int Missing() => Moving().Count(slot => !joint.OwnersOf(slot).HasMajorityOfNext(CompleteOf(slot)));

    /// <summary>Whether every next owner is complete.</summary>
    public bool IsWhole() => Moving().All(slot => Late(slot) == 0);

    /// <summary>Whether only next owners are late that own their slots already.</summary>
    public bool AreJoinersWhole() => Moving().All(slot => BitsOf(slot, static (owners, place) => !owners.IsCurrent(place)) is var joining && (Late(slot) & joining) == 0);

    private uint Late(Slot slot) => BitsOf(slot, static (owners, place) => owners.IsNext(place)) & ~CompleteOf(slot);

    private uint BitsOf(Slot slot, Func<SlotOwners, int, bool> isMeant)
    {
        SlotOwners owners = joint.OwnersOf(slot);
        uint bits = 0;
        for (int place = 0; place < owners.Count; place++)
        {
            bits |= isMeant(owners, place) ? 1u << place : 0;
        }

        return bits;
    }

    private IEnumerable<Slot> Moving() => Enumerable.Range(0, Slot.Count).Select(number => new Slot(number)).Where(joint.Groups.IsMoving);

    private uint CompleteOf(Slot slot) => BitsOf(slot, (owners, place) =>
        owners.IsNext(place) && _complete.TryGetValue(owners[place].Id, out SlotSet? slots) && slots.Contains(slot));
}
