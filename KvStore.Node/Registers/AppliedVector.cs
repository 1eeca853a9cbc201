namespace KvStore.Node.Registers;

/// <summary>
/// For up to <see cref="EntriesMax"/> members, the ballot of that member's last state-changing round in a state's history.
/// A coordinator whose accept went unanswered finds out here whether it took effect. Immutable.
/// </summary>
internal sealed class AppliedVector
{
    public const int EntriesMax = 16;

    public static readonly AppliedVector Empty = new([]);

    private readonly Ballot[] _ballots;

    private AppliedVector(Ballot[] ballots) => _ballots = ballots;

    /// <summary>One ballot a member, in no promised order.</summary>
    public ReadOnlySpan<Ballot> Ballots => _ballots;

    /// <param name="ballots">At most <see cref="EntriesMax"/>, each of a different member.</param>
    public static AppliedVector Of(ReadOnlySpan<Ballot> ballots)
    {
        Invariant.Holds(ballots.Length <= EntriesMax);
        return ballots.IsEmpty ? Empty : new AppliedVector(ballots.ToArray());
    }

    public bool Contains(Ballot ballot) => Array.IndexOf(_ballots, ballot) >= 0;

    /// <summary>
    /// The vector after the round <paramref name="ballot"/> changed the state. Where a seventeenth member comes in, the
    /// lowest entry goes and <paramref name="pruned"/> rises to it: what is at or below it can no longer be told.
    /// </summary>
    public AppliedVector With(Ballot ballot, ref Ballot pruned)
    {
        int own = Array.FindIndex(_ballots, entry => entry.Ordinal == ballot.Ordinal);
        if (own >= 0)
        {
            Ballot[] replaced = [.. _ballots];
            replaced[own] = ballot;
            return new AppliedVector(replaced);
        }

        if (_ballots.Length < EntriesMax)
        {
            return new AppliedVector([.. _ballots, ballot]);
        }

        int lowest = 0;
        for (int i = 1; i < _ballots.Length; i++)
        {
            if (_ballots[i] < _ballots[lowest])
            {
                lowest = i;
            }
        }

        pruned = Ballot.Max(pruned, _ballots[lowest]);
        Ballot[] swapped = [.. _ballots];
        swapped[lowest] = ballot;
        return new AppliedVector(swapped);
    }
}
