using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>What one owner to be has to take over of one slot.</summary>
/// <param name="Puller">Owns the slot when the change is complete.</param>
/// <param name="IsStaying">Whether it owns it already.</param>
/// <param name="Owners">Of the slot, while the change lasts.</param>
/// <param name="Needed">How many of the <see cref="Sources"/> it must hear, besides itself if it stays.</param>
internal readonly record struct SlotPull(Slot Slot, MemberId Puller, bool IsStaying, SlotOwners Owners, int Needed)
{
    /// <summary>The other old owners, the first owner first.</summary>
    public IEnumerable<MemberId> Sources
    {
        get
        {
            for (int place = 0; place < Owners.Count; place++)
            {
                if (Owners.IsCurrent(place) && Owners[place].Id != Puller)
                {
                    yield return Owners[place].Id;
                }
            }
        }
    }
}
