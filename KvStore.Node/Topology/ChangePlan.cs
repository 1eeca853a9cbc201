using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// What the next topology document is to be when nodes ask to be let in, or when a person has a member go. Pure: liveness is an
/// argument, and no more than this member's view, because a majority has to vote for whatever comes out.
/// </summary>
internal static class ChangePlan
{
    /// <summary>Members that a cluster is given; the document's own limit is higher.</summary>
    public const int MembersMax = 64;

    /// <summary>Why a node may not join now, for people; null if it may.</summary>
    /// <param name="isDead">Whether a member is taken for dead.</param>
    public static string? ProblemOf(TopologySnapshot inForce, TopologyMember newcomer, Func<MemberId, bool> isDead)
    {
        TopologyDocument document = inForce.Document;
        TopologyMember? namesake = document.Members.FirstOrDefault(member => member.Id != newcomer.Id && member.Name == newcomer.Name);
        TopologyMember? neighbour = document.Members.FirstOrDefault(member => member.Id != newcomer.Id && member.GrpcAddress == newcomer.GrpcAddress);
        return namesake is not null && !isDead(namesake.Id)
                ? $"the name {newcomer.Name} is taken by a living member, at {namesake.GrpcAddress}: give this node another KvStore:Name, or stop that one and wait until it is seen dead"
            : neighbour is not null && neighbour != namesake && !isDead(neighbour.Id)
                ? $"the address {newcomer.GrpcAddress} is that of the living member {neighbour.Name}"
            : document.Members.Count >= MembersMax && namesake is null
                ? $"the cluster has {document.Members.Count} members, which is the most there can be"
            : document.Members.FirstOrDefault(member => IsReplaced(member, newcomer, isDead)) is { } replaced ? ProblemOfOwners(inForce, replaced, "replaced", isDead)
            : null;
    }

    /// <summary>The document that lets nodes in, each in the place of the dead member that has its name, or whose successor it is to be.</summary>
    /// <param name="chain">Its last document has no change under way.</param>
    /// <param name="joining">None of them a member, none with a <see cref="ProblemOf"/>.</param>
    public static TopologyDocument LetIn(TopologyChain chain, IReadOnlyList<TopologyMember> joining, Func<MemberId, bool> isDead) => Succession.LetIn(
        chain, joining, [.. chain.Last.Members.Where(member => joining.Any(newcomer => IsReplaced(member, newcomer, isDead))).Select(member => member.Id)]);

    /// <summary>Why a dead member's place may not be kept for a node, for people; null if it may.</summary>
    /// <param name="successor">The node's name.</param>
    public static string? ProblemOf(TopologySnapshot inForce, TopologyMember going, string successor, Func<MemberId, bool> isDead)
    {
        TopologyDocument document = inForce.Document;
        return document.Next is not null
                ? $"a change of owners is under way, at epoch {document.Epoch}: ask again when it is complete"
            : !isDead(going.Id)
                ? $"{going.Name} is alive and is not replaced: have it leave, which hands over what it holds, or stop it and wait until it is seen dead"
            : successor == going.Name
                ? $"a node named {going.Name} takes the place of the dead one without being asked, as soon as it is started on an empty directory"
            : document.Members.Any(member => member.Name == successor)
                ? $"{successor} is a member already: remove {going.Name} instead, and the others make copies of what it held"
            : ProblemOfOwners(inForce, going, "replaced", isDead);
    }

    /// <summary>Why no node of a name can be planned to join now, for people; null if one can.</summary>
    public static string? ProblemOfJoin(TopologySnapshot inForce, TopologyMember newcomer, Func<MemberId, bool> isDead) =>
        inForce.Document.Next is not null
            ? $"a change of owners is under way, at epoch {inForce.Document.Epoch}: ask again when it is complete"
            : ProblemOf(inForce, newcomer, isDead);

    /// <summary>Why a node may not join with its configuration, for people; null if it may.</summary>
    /// <param name="replication">What it is configured with; 0 where it takes what the cluster has.</param>
    public static string? ProblemOf(TopologyDocument inForce, TopologyMember newcomer, int replication) =>
        replication == 0 || replication == inForce.Replication ? null
        : $"the cluster has {inForce.Replication} copies of each key, and {newcomer.Name} is configured for {replication}: "
            + $"set KvStore:Replication (environment KvStore__Replication) to {inForce.Replication} there, or leave it out";

    /// <summary>Why a member may not go now, for people; null if it may.</summary>
    /// <param name="isForced">Whether keys may be left with fewer copies than there are to be.</param>
    /// <param name="isDead">Whether a member is taken for dead.</param>
    public static string? ProblemOf(TopologySnapshot inForce, TopologyMember going, MembershipChange change, bool isForced, Func<MemberId, bool> isDead)
    {
        TopologyDocument document = inForce.Document;
        int left = document.Current.Count(member => member != going.Id);
        return document.Next is not null
                ? $"a change of owners is under way, at epoch {document.Epoch}: ask again when it is complete"
            : left == 0
                ? $"{going.Name} is the last member: without it there is no cluster, and all that it holds would be lost"
            : change == MembershipChange.Leave && isDead(going.Id)
                ? $"{going.Name} is dead and cannot hand over what it holds: start it first, or remove it"
            : change == MembershipChange.Remove && !isDead(going.Id)
                ? $"{going.Name} is alive: have it leave, which hands over what it holds, or stop it and wait until it is seen dead"
            : left < document.Replication && !isForced
                ? $"without {going.Name} there are {left} members, and a key is to have {document.Replication} copies: it would have {left}. Force it, if that is wanted"
            : ProblemOfOwners(inForce, going, change == MembershipChange.Leave ? "let go" : "removed", isDead);
    }

    /// <summary>The document that begins a member's going.</summary>
    /// <param name="chain">Its last document has no change under way.</param>
    public static TopologyDocument LetGo(TopologyChain chain, MemberId going) => Succession.Begin(chain, [], [going]);

    private static bool IsReplaced(TopologyMember member, TopologyMember newcomer, Func<MemberId, bool> isDead) =>
        member.Id != newcomer.Id && (member.Name == newcomer.Name || (member.Successor == newcomer.Name && isDead(member.Id)));

    /// <summary>A slot whose owners change needs a majority of the old ones to say what it holds.</summary>
    /// <param name="done">What is to be done with the member.</param>
    private static string? ProblemOfOwners(TopologySnapshot inForce, TopologyMember going, string done, Func<MemberId, bool> isDead)
    {
        // Looked up once a member and not once an owner of each slot: nodes ask for this several times a second.
        HashSet<MemberId> dead = [.. inForce.Document.Members.Select(member => member.Id).Where(isDead)];
        for (int number = 0; number < Slot.Count; number++)
        {
            SlotOwners owners = inForce.OwnersOf(new Slot(number));
            uint living = 0;
            for (int place = 0; place < owners.Count; place++)
            {
                living |= dead.Contains(owners[place].Id) ? 0 : 1U << place;
            }

            if (owners.PlaceOf(going.Id) >= 0 && !owners.HasMajority(living))
            {
                return $"{going.Name} cannot be {done} now: slot {number} has no living majority of its owners. Start those members first";
            }
        }

        return null;
    }
}
