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
    /// <summary>By an owner's place; null while it has not been heard.</summary>
    private readonly Dictionary<Slot, SlotSummary?[]> _heard = [];
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

        if (!_heard.TryGetValue(slot, out SlotSummary?[]? summaries))
        {
            _heard.Add(slot, summaries = new SlotSummary?[owners.Count]);
        }

        summaries[place] = summary;
    }

    /// <returns>Null if no majority holds the same, or this member stays and holds something else.</returns>
    public AgreedSlot? Find(in SlotPull pull)
    {
        if (protocol.Has(ProtocolFlaw.UnchosenTransferred))
        {
            return null; // a mistake of who looks at every record
        }

        SlotOwners owners = joint.OwnersOf(pull.Slot);
        ReadOnlySpan<SlotSummary?> heard = _heard.GetValueOrDefault(pull.Slot);
        for (int place = 0; place < heard.Length; place++)
        {
            if (heard[place] is not { } summary || !_majority.Is(owners, AlikeIn(heard, summary)))
            {
                continue;
            }

            bool isAlike = _own.TryGetValue(pull.Slot, out SlotSummary own) && own.Digest == summary.Digest;
            if (pull.IsStaying && !isAlike)
            {
                return null; // it has something that the others lack, or lacks little
            }

            bool isNothing = isAlike || summary.Digest == default(SlotDigest);
            return new AgreedSlot(pull.Slot, isNothing ? null : owners[place].Id, summary.Floor);
        }

        return null;
    }

    private static uint AlikeIn(ReadOnlySpan<SlotSummary?> heard, in SlotSummary summary)
    {
        uint places = 0;
        for (int place = 0; place < heard.Length; place++)
        {
            places |= heard[place] is { } other && other == summary ? 1u << place : 0;
        }

        return places;
    }
}
