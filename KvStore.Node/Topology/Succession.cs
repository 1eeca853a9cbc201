using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// What may follow a topology document. A set of owners changes in two steps: a document that names the next set, under which
/// old and new owners must both agree, and one that puts it in force or gives it up. So no two documents that follow each
/// other have disjoint majorities. Before that, nodes are let in without owning anything, as Raft's learners are, so that no
/// operation needs a node that is only starting.
/// </summary>
internal static class Succession
{
    /// <summary>The document that lets nodes in; no slot's owners differ.</summary>
    /// <param name="chain">Its last document has no change under way.</param>
    /// <param name="joining">With any ordinal and state: they are given theirs here.</param>
    /// <param name="replaced">Are to leave, for the nodes that have their names or are their successors. Places that were kept for the nodes otherwise are not any more.</param>
    public static TopologyDocument LetIn(TopologyChain chain, IReadOnlyList<TopologyMember> joining, IReadOnlyList<MemberId> replaced)
    {
        HashSet<string> names = [.. joining.Select(member => member.Name)];
        TopologyDocument letIn = Begin(chain, joining, replaced);
        return letIn with
        {
            Members = [.. letIn.Members.Select(member => names.Contains(member.Successor) && !replaced.Contains(member.Id) ? member with { Successor = "" } : member)],
            Next = null,
        };
    }

    /// <summary>The document that keeps a member's place for a node that is to ask to be let in; no slot's owners differ.</summary>
    /// <param name="before">Has no change under way.</param>
    /// <param name="successor">The node's name.</param>
    public static TopologyDocument KeepPlace(TopologyDocument before, MemberId member, string successor)
    {
        Invariant.Holds(before.Next is null);
        return before with
        {
            Epoch = new(before.Epoch.Number + 1),
            Members = [.. before.Members.Select(each => each.Id == member ? each with { Successor = successor } : each.Successor == successor ? each with { Successor = "" } : each)],
        };
    }

    /// <summary>The document without some of those that were let in and own nothing yet; whoever they were to replace stays.</summary>
    /// <param name="before">Has no change under way.</param>
    public static TopologyDocument TurnAway(TopologyDocument before, IReadOnlyList<MemberId> members)
    {
        Invariant.Holds(before.Next is null && !before.Current.Any(members.Contains));
        List<TopologyMember> left = [.. before.Members.Where(member => !members.Contains(member.Id))];
        HashSet<string> joining = [.. left.Where(member => member.State == MemberState.Joining).Select(member => member.Name)];
        return before with
        {
            Epoch = new(before.Epoch.Number + 1),
            Members = [.. left.Select(member => member.State == MemberState.Leaving && !joining.Contains(member.Name) && !joining.Contains(member.Successor)
                ? member with { State = MemberState.Active }
                : member)],
        };
    }

    /// <summary>
    /// The document that begins a change: members come in, and others are to leave; so are those that were let in or were to leave before. Joint, unless no slot's owners differ
    /// because only addresses did.
    /// </summary>
    /// <param name="chain">Its last document has no change under way.</param>
    /// <param name="joining">With any ordinal and state: they are given theirs here.</param>
    public static TopologyDocument Begin(TopologyChain chain, IReadOnlyList<TopologyMember> joining, IReadOnlyList<MemberId> leaving)
    {
        TopologyDocument before = chain.Last;
        Invariant.Holds(before.Next is null);
        ushort ordinal = chain.HighestOrdinal;
        List<TopologyMember> members =
            [.. before.Members.Select(member => leaving.Contains(member.Id) ? member with { State = MemberState.Leaving } : member)];
        foreach (TopologyMember member in joining)
        {
            members.Add(member with { Ordinal = ++ordinal, State = MemberState.Joining });
        }

        return before with
        {
            Epoch = new(before.Epoch.Number + 1),
            Members = members,
            Next = [.. members.Where(member => member.State != MemberState.Leaving).Select(member => member.Id)],
        };
    }

    /// <summary>The document that puts the next set in force: who joined is active, who left is gone.</summary>
    public static TopologyDocument Complete(TopologyDocument joint) => Settle(joint, joint.Next!);

    /// <summary>The document that gives a change up: the current set stays.</summary>
    public static TopologyDocument Abandon(TopologyDocument joint) => Settle(joint, joint.Current);

    /// <summary>Of the change that a document is part of, the one that began it: itself, or the joint one before it.</summary>
    public static TopologyDocument ChangeOf(TopologyDocument before, TopologyDocument after) => before.Next is null ? after : before;

    /// <summary>Why one document may not follow another; null if it may.</summary>
    public static string? ProblemFor(TopologyDocument before, TopologyDocument after)
    {
        if (after.Cluster != before.Cluster)
        {
            return $"it is of cluster {after.Cluster}, not {before.Cluster}";
        }

        if (after.Epoch.Number != before.Epoch.Number + 1)
        {
            return $"epoch {after.Epoch} does not follow {before.Epoch}";
        }

        return ProblemOfMembers(before, after) ?? ProblemOfSets(before, after);
    }

    private static string? ProblemOfMembers(TopologyDocument before, TopologyDocument after)
    {
        if (after.Members.Count is 0 or > TopologyDocument.MembersMax)
        {
            return $"it has {after.Members.Count} members";
        }

        if (after.Members.DistinctBy(member => member.Id).Count() < after.Members.Count
            || after.Members.DistinctBy(member => member.Ordinal).Count() < after.Members.Count
            || after.Members.Where(IsStaying).DistinctBy(member => member.Name).Count() < after.Members.Count(IsStaying))
        {
            return "two members share an identity, an ordinal or a name";
        }

        foreach (TopologyMember member in after.Members)
        {
            if (before.Find(member.Id) is { } known ? known.Ordinal != member.Ordinal : before.Members.Any(other => other.Ordinal >= member.Ordinal))
            {
                return $"{member.Name} has ordinal {member.Ordinal}, which was another's or changes";
            }
        }

        MemberId? stranger = after.Current.Concat(after.Next ?? []).Where(id => after.Find(id) is null).Select(id => (MemberId?)id).FirstOrDefault();
        return stranger is { } id ? $"{id} owns slots and is no member" : null;
    }

    /// <summary>Whoever leaves may be replaced by a member of its name.</summary>
    private static bool IsStaying(TopologyMember member) => member.State != MemberState.Leaving;

    private static string? ProblemOfSets(TopologyDocument before, TopologyDocument after)
    {
        if (after.Current.Count == 0 || after.Next?.Count == 0)
        {
            return "nobody owns its slots";
        }

        if (before.Next is null)
        {
            return after.Current.SequenceEqual(before.Current) ? null : "the owners change without a joint epoch";
        }

        return after.Next is not null ? "a change is under way"
            : after.Current.SequenceEqual(before.Next) || after.Current.SequenceEqual(before.Current) ? null
            : "the owners are neither the current nor the next ones of the epoch before";
    }

    private static TopologyDocument Settle(TopologyDocument joint, IReadOnlyList<MemberId> owners) => joint with
    {
        Epoch = new(joint.Epoch.Number + 1),
        Members = [.. joint.Members.Where(member => owners.Contains(member.Id)).Select(member => member with { State = MemberState.Active })],
        Current = owners,
        Next = null,
    };
}
