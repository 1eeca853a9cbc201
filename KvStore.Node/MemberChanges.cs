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
    private const string JoinsByItself = "a node joins by itself, when it is started with the members as its seeds: ask with plan=true what that would move";

    /// <summary>What the change would move.</summary>
    public ChangeAnswer Plan(ChangeOrder order) => Plan(member.Topologies.Current, order);

    /// <summary>Begins the change.</summary>
    /// <param name="planId">Of the plan that was shown, or empty: whatever it would be now.</param>
    public async Task<ChangeAnswer> ApplyAsync(ChangeOrder order, string planId)
    {
        if (order.Change == MembershipChange.Join)
        {
            return new ChangeAnswer(ChangeVerdict.Refused, null, JoinsByItself);
        }

        TopologySnapshot now = member.Topologies.Current;
        ChangeAnswer answer = Plan(now, order);
        if (answer.Verdict == ChangeVerdict.Planned && planId.Length > 0 && planId != answer.Preview!.Id)
        {
            return answer with { Verdict = ChangeVerdict.Outdated, Reason = $"the plan {planId} is not what would be done now, at epoch {now.Epoch}: ask for a new one" };
        }

        if (answer.Verdict != ChangeVerdict.Planned)
        {
            return answer;
        }

        MemberId going = answer.Preview!.Member.Id;
        return await propose(now, chain => First(chain, order, going)) switch
        {
            ElectionOutcome.Decided => answer with { Verdict = ChangeVerdict.Begun },
            ElectionOutcome.Unknown => answer with { Verdict = ChangeVerdict.Unknown, Reason = "no majority of the members answered in time; the change may still begin: look at the epoch" },
            ElectionOutcome.Superseded or null or _ => answer with { Verdict = ChangeVerdict.Refused, Preview = null, Reason = "another change was decided at the same time: ask again" },
        };
    }

    /// <summary>The document that begins it.</summary>
    private static TopologyDocument First(TopologyChain chain, ChangeOrder order, MemberId going) =>
        order.Change == MembershipChange.Replace ? Succession.KeepPlace(chain.Last, going, order.Successor) : ChangePlan.LetGo(chain, going);

    private ChangeAnswer Plan(TopologySnapshot now, ChangeOrder order)
    {
        TopologyDocument document = now.Document;
        if (!member.IsVoting || !document.Current.Contains(member.Id))
        {
            return new ChangeAnswer(ChangeVerdict.NotServing, null, "this member has no vote in what the cluster's members are now: ask another");
        }

        if (order.Change == MembershipChange.Join)
        {
            return PlanJoin(now, order.Member);
        }

        if (document.Members.FirstOrDefault(each => each.Name == order.Member || each.Id.ToString() == order.Member) is not { } going)
        {
            return new ChangeAnswer(ChangeVerdict.NoSuchMember, null, $"there is no member {order.Member}: members are {string.Join(", ", document.Members.Select(each => each.Name))}");
        }

        string? problem = order.Change == MembershipChange.Replace
            ? ChangePlan.ProblemOf(now, going, order.Successor, isDead)
            : ChangePlan.ProblemOf(now, going, order.Change, order.IsForced, isDead);
        return problem is null
            ? new ChangeAnswer(ChangeVerdict.Planned, PreviewOf(now, order, going))
            : new ChangeAnswer(ChangeVerdict.Refused, null, problem);
    }

    private ChangeAnswer PlanJoin(TopologySnapshot now, string name)
    {
        TopologyMember newcomer = Newcomer(now.Document, name);
        if (ChangePlan.ProblemOfJoin(now, newcomer, isDead) is { } problem)
        {
            return new ChangeAnswer(ChangeVerdict.Refused, null, problem);
        }

        TopologySnapshot joint = snapshot(now, WithNewcomer(now.Document, newcomer));
        ChangePreview preview = ChangePreview.Of(joint, MembershipChange.Join, joint.Find(newcomer.Id)!, CountsOf(now));
        return new ChangeAnswer(ChangeVerdict.Planned, preview with { Id = "" });
    }

    private ChangePreview PreviewOf(TopologySnapshot now, ChangeOrder order, TopologyMember going)
    {
        TopologyDocument first = First(new TopologyChain([now.Document]), order, going.Id);
        TopologySnapshot joint = snapshot(now, order.Change == MembershipChange.Replace ? WithNewcomer(first, Newcomer(first, order.Successor)) : first);
        ChangePreview preview = ChangePreview.Of(joint, order.Change, going, CountsOf(now));
        return preview with { Id = ChangePreview.IdOf(first), Epoch = first.Epoch };
    }

    /// <summary>
    /// The joint document in which a node takes part that is to be let in, in the place that is kept for it where there is one. Its
    /// identity, and so which slots it is to own, is drawn only when it starts; how many they are is as with any other.
    /// </summary>
    private static TopologyDocument WithNewcomer(TopologyDocument before, TopologyMember newcomer)
    {
        TopologyChain chain = new([before]);
        chain.Append(ChangePlan.LetIn(chain, [newcomer], static _ => true));
        return Succession.Begin(chain, [], []);
    }

    private static TopologyMember Newcomer(TopologyDocument document, string name) =>
        new(MemberId.FromName(document.Cluster, name), 0, name, "", "", "", MemberState.Joining);

    private Func<Slot, (long Keys, long Bytes)?> CountsOf(TopologySnapshot now) => slot => now.OwnersOf(slot).PlaceOf(member.Id) >= 0 ? HeldOf(slot) : null;

    private (long Keys, long Bytes) HeldOf(Slot slot)
    {
        SlotCounts counts = store.CountsOf(slot);
        return (counts.Keys, counts.ValueBytes);
    }
}
