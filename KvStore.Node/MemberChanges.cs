using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node;

/// <summary>
/// Changes of members that people ask this one for: says what would move, and has the epoch decided that begins it. The rest goes
/// by itself, as when a node joins. Any thread.
/// </summary>
/// <param name="isDead">Whether this member takes another for dead.</param>
/// <param name="snapshot">Computes what follows from a document, with the help of what did from one before.</param>
/// <param name="propose">Has the document after this topology decided; null where it did not begin, because another is under way.</param>
internal sealed class MemberChanges(
    Member member,
    IStore store,
    Func<MemberId, bool> isDead,
    Func<TopologySnapshot?, TopologyDocument, TopologySnapshot> snapshot,
    Func<TopologySnapshot, Func<TopologyChain, TopologyDocument>, Task<ElectionOutcome?>> propose)
{
    /// <summary>What the change would move.</summary>
    /// <param name="name">The member's name, or its identity.</param>
    /// <param name="isForced">Whether keys may be left with fewer copies than there are to be.</param>
    public ChangeAnswer Plan(MembershipChange change, string name, bool isForced) => Plan(member.Topologies.Current, change, name, isForced);

    /// <summary>Begins the change.</summary>
    /// <param name="planId">Of the plan that was shown, or empty: whatever it would be now.</param>
    public async Task<ChangeAnswer> ApplyAsync(MembershipChange change, string name, bool isForced, string planId)
    {
        TopologySnapshot now = member.Topologies.Current;
        ChangeAnswer answer = Plan(now, change, name, isForced);
        if (answer.Verdict == ChangeVerdict.Planned && planId.Length > 0 && planId != answer.Preview!.Id)
        {
            return answer with { Verdict = ChangeVerdict.Outdated, Reason = $"the plan {planId} is not what would be done now, at epoch {now.Epoch}: ask for a new one" };
        }

        if (answer.Verdict != ChangeVerdict.Planned)
        {
            return answer;
        }

        MemberId going = answer.Preview!.Member.Id;
        return await propose(now, chain => ChangePlan.LetGo(chain, going)) switch
        {
            ElectionOutcome.Decided => answer with { Verdict = ChangeVerdict.Begun },
            ElectionOutcome.Unknown => answer with { Verdict = ChangeVerdict.Unknown, Reason = "no majority of the members answered in time; the change may still begin: look at the epoch" },
            ElectionOutcome.Superseded or null or _ => answer with { Verdict = ChangeVerdict.Refused, Preview = null, Reason = "another change was decided at the same time: ask again" },
        };
    }

    private ChangeAnswer Plan(TopologySnapshot now, MembershipChange change, string name, bool isForced)
    {
        TopologyDocument document = now.Document;
        if (!member.IsVoting || !document.Current.Contains(member.Id))
        {
            return new ChangeAnswer(ChangeVerdict.NotServing, null, "this member has no vote in what the cluster's members are now: ask another");
        }

        if (document.Members.FirstOrDefault(each => each.Name == name || each.Id.ToString() == name) is not { } going)
        {
            return new ChangeAnswer(ChangeVerdict.NoSuchMember, null, $"there is no member {name}: members are {string.Join(", ", document.Members.Select(each => each.Name))}");
        }

        return ChangePlan.ProblemOf(now, going, change, isForced, isDead) is { } problem
            ? new ChangeAnswer(ChangeVerdict.Refused, null, problem)
            : new ChangeAnswer(ChangeVerdict.Planned, PreviewOf(now, change, going));
    }

    private ChangePreview PreviewOf(TopologySnapshot now, MembershipChange change, TopologyMember going)
    {
        TopologySnapshot joint = snapshot(now, ChangePlan.LetGo(new TopologyChain([now.Document]), going.Id));
        return ChangePreview.Of(joint, change, going, slot => now.OwnersOf(slot).PlaceOf(member.Id) >= 0 ? HeldOf(slot) : null);
    }

    private (long Keys, long Bytes) HeldOf(Slot slot)
    {
        SlotCounts counts = store.CountsOf(slot);
        return (counts.Keys, counts.ValueBytes);
    }
}
