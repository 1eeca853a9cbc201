using KvStore.Node.Membership;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>
/// Which dead member goes without anybody's asking: one at a time, when a majority of the members has taken it for dead for
/// long enough and nobody wants it kept. Pure. That no slot may be left without a living majority of its owners, nor keys with
/// fewer copies than they are to have, is for <see cref="ChangePlan"/> to say, as of any removal.
/// </summary>
internal static class EvictionPolicy
{
    /// <summary>
    /// The member that an observer would have removed: of those that are due the first in the document, so that observers who
    /// take the same members for dead want the same one.
    /// </summary>
    /// <param name="sights">How the observer sees the others.</param>
    /// <param name="after">How long a member must have been dead; zero or less: none is ever due.</param>
    /// <param name="isKept">Whether somebody wants it kept.</param>
    public static MemberSight? WantedBy(TopologyDocument document, IReadOnlyList<MemberSight> sights, TimeSpan after, Func<MemberSight, bool> isKept)
    {
        if (after <= TimeSpan.Zero)
        {
            return null;
        }

        Dictionary<MemberId, MemberSight> due = sights
            .Where(sight => sight.Liveness == Liveness.Dead && sight.Age >= after && !isKept(sight))
            .ToDictionary(sight => sight.Member);
        return document.Members.Select(member => due.GetValueOrDefault(member.Id)).FirstOrDefault(sight => sight is not null);
    }

    /// <summary>How many must agree: a majority of the owners of now, those that are dead included.</summary>
    public static int MajorityOf(TopologyDocument document) => (document.Current.Count / 2) + 1;

    /// <summary>Those of the owners of now that would have the member removed.</summary>
    /// <param name="wantedBy">What each last said, if that was not long ago; the observer itself included.</param>
    public static IReadOnlyList<MemberId> AgreeingOn(TopologyDocument document, MemberId member, Func<MemberId, MemberId> wantedBy) =>
        [.. document.Members.Select(each => each.Id).Where(each => each != member && document.Current.Contains(each) && wantedBy(each) == member)];
}
