namespace KvStore.Client;

/// <summary>What a change of members moves.</summary>
/// <param name="Id">Of this very plan: given to <see cref="ClusterClient.ChangeAsync"/>, nothing else is begun.</param>
/// <param name="Change">What was asked for.</param>
/// <param name="Member">Name of the member that goes.</param>
/// <param name="Epoch">That the change begins, or has begun. It is complete two epochs after the one before it.</param>
/// <param name="SlotsMoved">Owners of slots that change.</param>
/// <param name="SlotsMovedLeast">The fewest by which the same shares could be reached.</param>
/// <param name="Moves">From whom to whom.</param>
/// <param name="Shares">Of every member.</param>
public sealed record ChangePlan(
    string Id,
    MembershipChange Change,
    string Member,
    long Epoch,
    int SlotsMoved,
    int SlotsMovedLeast,
    IReadOnlyList<ChangeMove> Moves,
    IReadOnlyList<ChangeShare> Shares)
{
    /// <summary>Of <see cref="MembershipChange.Replace"/>: the node that is to take the member's place; else empty.</summary>
    public string With { get; init; } = "";
}
