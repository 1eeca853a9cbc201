using System.Numerics;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>
/// Who takes over what from whom while owners change: every next owner of a slot whose owners differ, those that stay too,
/// from a majority of the old ones, itself included where it is one. Pure.
/// </summary>
internal static class TransferPlan
{
    private const int TurnsMax = 6;

    /// <summary>What one member has to take over, by slot.</summary>
    /// <param name="joint">With or without a change under way.</param>
    public static IReadOnlyList<SlotPull> For(TopologySnapshot joint, MemberId puller)
    {
        List<SlotPull> pulls = [];
        for (int number = 0; number < Slot.Count; number++)
        {
            Slot slot = new(number);
            if (!joint.Groups.IsMoving(slot))
            {
                continue;
            }

            SlotOwners owners = joint.OwnersOf(slot);
            int place = owners.PlaceOf(puller);
            if (owners.IsNext(place))
            {
                pulls.Add(PullOf(slot, owners, puller, owners.IsCurrent(place)));
            }
        }

        return pulls;
    }

    /// <summary>
    /// When a member's turn to begin comes, from 0 on: first those that came to the cluster last, because for who joins all others wait.
    /// The seventh begins with the first, and so on, so that nobody takes the last ones for late.
    /// </summary>
    /// <param name="joint">With a change under way.</param>
    /// <param name="puller">A member.</param>
    public static int TurnOf(TopologySnapshot joint, MemberId puller)
    {
        ushort own = joint.Find(puller)!.Ordinal;
        return joint.Document.Next!.Count(member => joint.Find(member)!.Ordinal > own) % TurnsMax;
    }

    /// <summary>"slot 7: node4 takes over from 2 of node1, node2, node3" a line, for tests and logs.</summary>
    public static string Describe(IEnumerable<SlotPull> pulls, TopologySnapshot joint) => string.Join('\n', pulls.Select(pull =>
        $"slot {pull.Slot.Number}: {joint.Find(pull.Puller)!.Name} {(pull.IsStaying ? "stays and hears" : "takes over from")} "
        + $"{pull.Needed} of {string.Join(", ", pull.Sources.Select(source => joint.Find(source)!.Name))}"));

    private static SlotPull PullOf(Slot slot, SlotOwners owners, MemberId puller, bool isStaying) =>
        new(slot, puller, isStaying, owners, (BitOperations.PopCount(owners.Current) / 2) + 1 - (isStaying ? 1 : 0));
}
