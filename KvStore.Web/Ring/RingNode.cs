namespace KvStore.Web.Ring;

/// <summary>A member's disc inside the ring.</summary>
/// <param name="Ordinal">The member; <see cref="RingNewcomer.Ordinal"/> for a node that is none yet.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Badge">What stands for it where its name has no room.</param>
/// <param name="Center">Of the disc.</param>
/// <param name="Radius">Of the disc: its area is the member's share of the slots.</param>
/// <param name="Label">Where its name stands; null where there is no room for one.</param>
/// <param name="ShowsBadge">Whether the disc has room for its badge.</param>
public sealed record RingNode(int Ordinal, string Name, string Badge, RingPoint Center, double Radius, RingPoint? Label, bool ShowsBadge)
{
    /// <summary>Whether it is a <see cref="RingNewcomer"/>.</summary>
    public bool IsNewcomer => Ordinal == RingNewcomer.Ordinal;
}
