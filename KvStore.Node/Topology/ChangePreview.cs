using System.Globalization;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>What a change of members would move, and from whom to whom. Pure.</summary>
/// <param name="Id">Names the document that would be proposed: whoever was shown a plan may have just that one applied, or none.</param>
/// <param name="Epoch">That it would begin.</param>
/// <param name="Moves">By the names of who gives up and who takes over.</param>
/// <param name="Shares">Of all members, in their order.</param>
/// <param name="MovesLeast">The fewest moves of a slot to another owner by which these shares could be reached.</param>
internal sealed record ChangePreview(
    string Id, Epoch Epoch, MembershipChange Change, TopologyMember Member, IReadOnlyList<ChangeMove> Moves, IReadOnlyList<ChangeShare> Shares, int MovesLeast)
{
    /// <param name="joint">The topology that would begin the change.</param>
    /// <param name="countsOf">What a slot holds, in keys and in bytes of values; null where that is not known, and the mean of the others is taken for it.</param>
    public static ChangePreview Of(TopologySnapshot joint, MembershipChange change, TopologyMember member, Func<Slot, (long Keys, long Bytes)?> countsOf)
    {
        (double keys, double bytes) = MeanOf(countsOf);
        Dictionary<(MemberId From, MemberId To), (int Slots, double Keys, double Bytes)> moves = [];
        Dictionary<MemberId, (int Before, int After)> shares = [];
        for (int number = 0; number < Slot.Count; number++)
        {
            Slot slot = new(number);
            SlotOwners owners = joint.OwnersOf(slot);
            Count(owners, shares);
            (long Keys, long Bytes)? counts = joint.Groups.IsMoving(slot) ? countsOf(slot) : null;
            foreach ((MemberId, MemberId) pair in joint.Groups.IsMoving(slot) ? PairsOf(owners) : [])
            {
                (int slots, double ofKeys, double ofBytes) = moves.GetValueOrDefault(pair);
                moves[pair] = (slots + 1, ofKeys + (counts?.Keys ?? keys), ofBytes + (counts?.Bytes ?? bytes));
            }
        }

        return new ChangePreview(
            IdOf(joint.Document),
            joint.Epoch,
            change,
            member,
            [.. moves.Select(move => new ChangeMove(joint.Find(move.Key.From)!, joint.Find(move.Key.To)!, move.Value.Slots, (long)move.Value.Keys, (long)move.Value.Bytes))
                .OrderBy(move => move.From.Ordinal).ThenBy(move => move.To.Ordinal)],
            [.. joint.Document.Members.Select(each => new ChangeShare(each, shares.GetValueOrDefault(each.Id).Before, shares.GetValueOrDefault(each.Id).After))],
            shares.Values.Sum(share => Math.Max(0, share.After - share.Before)));
    }

    /// <summary>Of the plan to have this document decided.</summary>
    public static string IdOf(TopologyDocument document) => document.Digest().ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Who gives the slot up and who takes it over: as many as there are of both, so a slot with fewer owners than before moves nowhere.</summary>
    private static IEnumerable<(MemberId From, MemberId To)> PairsOf(SlotOwners owners)
    {
        List<MemberId> losing = [];
        List<MemberId> gaining = [];
        for (int place = 0; place < owners.Count; place++)
        {
            if (owners.IsCurrent(place) != owners.IsNext(place))
            {
                (owners.IsCurrent(place) ? losing : gaining).Add(owners[place].Id);
            }
        }

        return losing.Zip(gaining);
    }

    private static void Count(SlotOwners owners, Dictionary<MemberId, (int Before, int After)> shares)
    {
        for (int place = 0; place < owners.Count; place++)
        {
            (int before, int after) = shares.GetValueOrDefault(owners[place].Id);
            shares[owners[place].Id] = (before + (owners.IsCurrent(place) ? 1 : 0), after + (owners.IsNext(place) ? 1 : 0));
        }
    }

    private static (double Keys, double Bytes) MeanOf(Func<Slot, (long Keys, long Bytes)?> countsOf)
    {
        (long Keys, long Bytes)[] known = [.. Enumerable.Range(0, Slot.Count).Select(number => countsOf(new Slot(number))).OfType<(long, long)>()];
        return known.Length == 0 ? default : (known.Average(counts => counts.Keys), known.Average(counts => counts.Bytes));
    }
}
