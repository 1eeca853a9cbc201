using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>Which replicas a read or a prepare has to ask so that their answers can suffice. Pure.</summary>
internal static class AskPlan
{
    /// <summary>Of an operation that any one replica may answer.</summary>
    public const int AnyOne = 0;

    /// <summary>Whether these replicas, if all of them agree, are enough.</summary>
    /// <param name="needed">Replicas of every owner group that the level asks for, a majority at least; or <see cref="AnyOne"/>.</param>
    public static bool Suffices(in SlotOwners owners, uint replicas, int needed) =>
        needed == AnyOne ? replicas != 0 : owners.HasMajority(replicas) && owners.HasAtLeast(replicas, needed);

    /// <summary>The best that, with what is asked already, suffice, in every owner group; none that could be left out.</summary>
    /// <param name="asked">Replicas that may still answer, as bits.</param>
    /// <param name="failed">Replicas that will not, as bits.</param>
    /// <param name="order">All places, the best first.</param>
    /// <returns>As bits; where not even all others suffice, all others.</returns>
    public static uint Choose(in SlotOwners owners, uint asked, uint failed, int needed, ReadOnlySpan<int> order)
    {
        uint chosen = 0;
        for (int i = 0; i < order.Length && !Suffices(owners, asked | chosen, needed); i++)
        {
            chosen |= (1u << order[i]) & ~asked & ~failed;
        }

        for (int i = order.Length - 1; i >= 0; i--)
        {
            uint without = chosen & ~(1u << order[i]);
            chosen = Suffices(owners, asked | without, needed) ? without : chosen;
        }

        return chosen;
    }
}
