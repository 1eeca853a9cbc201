using KvStore.Client;

namespace KvStore.Web.Ring;

/// <summary>A node that a change would make a member. A plan knows how much it is to hold, and not yet where on the ring.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Slots">Replicas of slots that it would hold.</param>
public sealed record RingNewcomer(string Name, int Slots)
{
    /// <summary>In the place of an ordinal: it is given one only when it is let in.</summary>
    public const int Ordinal = -1;

    /// <summary>Stands for it in every plan.</summary>
    public const string Badge = "+";

    /// <returns>Null where nobody comes, or who comes has the name of a member that is drawn.</returns>
    public static RingNewcomer? Of(ChangePlan plan, ClusterTopology? topology)
    {
        string name = plan.Change switch
        {
            MembershipChange.Join => plan.Member,
            MembershipChange.Replace => plan.With,
            MembershipChange.Leave or MembershipChange.Remove => "",
            _ => throw new InvalidOperationException($"{plan.Change} is no change."),
        };
        return name.Length == 0 || topology?.Members.Any(member => member.Name == name) == true
            ? null
            : new RingNewcomer(name, plan.Shares.Where(share => share.Member == name).Sum(share => share.SlotsAfter));
    }
}
