using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>
/// Compares what old owners say of slots in short, and finds those of which a majority holds the same: an owner that stays and is
/// one of that majority needs nothing, and one that joins needs the records of one of them. Pure.
/// </summary>
/// <remarks>
/// Why digests that were heard one after the other are enough: what was chosen before the epoch of the change is held, from the
/// moment an owner answers at that epoch, by a majority of the old owners, of which any other majority has one; and what one
/// holds, all that agree with it held as well. Only what was added since the digest may be held by one of them alone, and that
/// is of the epoch of the change.
/// </remarks>
/// <param name="joint">Of the change.</param>
internal sealed class AgreedSlots(TopologySnapshot joint, MemberId self, ProtocolSettings protocol)
{
    private readonly Dictionary<Slot, List<(int Place, SlotSummary Summary)>> _heard = [];
    private readonly Dictionary<Slot, SlotSummary> _own = [];
    private readonly OldMajority _majority = new(self, protocol);

    /// <summary>What this member holds.</summary>
    public void AddOwn(Slot slot, SlotSummary summary)
    {
        _own[slot] = summary;
        Add(self, slot, summary);
    }

    /// <summary>What a member holds; counts if it is one of the slot's old owners.</summary>
    public void Add(MemberId source, Slot slot, SlotSummary summary)
    {
        SlotOwners owners = joint.OwnersOf(slot);
        int place = owners.PlaceOf(source);
        if (!owners.IsCurrent(place) || summary.Digest is null)
        {
            return;
        }

        if (!_heard.TryGetValue(slot, out List<(int Place, SlotSummary Summary)>? heard))
        {
            _heard[slot] = heard = [];
        }

        heard.RemoveAll(one => one.Place == place);
        heard.Add((place, summary));
    }

    /// <returns>Null if no majority holds the same, or this member stays and holds something else.</returns>
    public AgreedSlot? Find(in SlotPull pull)
    {
        SlotOwners owners = joint.OwnersOf(pull.Slot);
        if (protocol.Has(ProtocolFlaw.UnchosenTransferred))
        {
            return null; // a mistake of who looks at every record
        }

        foreach (IGrouping<SlotSummary, int> alike in _heard.GetValueOrDefault(pull.Slot, []).GroupBy(one => one.Summary, one => one.Place))
        {
            if (!_majority.Is(owners, alike.Aggregate(0u, (places, place) => places | 1u << place)))
            {
                continue;
            }

            bool isAlike = _own.TryGetValue(pull.Slot, out SlotSummary own) && own.Digest == alike.Key.Digest;
            if (pull.IsStaying && !isAlike)
            {
                return null; // it has something that the others lack, or lacks little
            }

            bool isNothing = isAlike || alike.Key.Digest == default(SlotDigest);
            return new AgreedSlot(pull.Slot, isNothing ? null : owners[alike.Min()].Id, alike.Key.Floor);
        }

        return null;
    }
}
