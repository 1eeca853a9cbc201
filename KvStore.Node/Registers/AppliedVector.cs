namespace KvStore.Node.Registers;

/// <summary>
/// For up to <see cref="EntriesMax"/> members, the ballot of that member's last state-changing round in a state's history.
/// A coordinator whose accept went unanswered finds out here whether it took effect. Immutable, and kept as it is encoded: every
/// read of a record carries one, and hardly any read looks into it.
/// </summary>
internal readonly struct AppliedVector
{
    public const int EntriesMax = 16;

    public static readonly AppliedVector Empty = default;

    private readonly ReadOnlyMemory<byte> _encoded;

    private AppliedVector(ReadOnlyMemory<byte> encoded)
    {
        Invariant.Holds(encoded.Length % Ballot.EncodedLength == 0 && encoded.Length <= EntriesMax * Ballot.EncodedLength);
        _encoded = encoded;
    }

    /// <summary>Ballots, one a member.</summary>
    public int Count => _encoded.Length / Ballot.EncodedLength;

    /// <summary>The fixed encoding of each, in no promised order.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded.Span;

    public Ballot this[int index] => Ballot.ReadFrom(_encoded.Span[(index * Ballot.EncodedLength)..]);

    /// <param name="ballots">At most <see cref="EntriesMax"/>, each of a different member.</param>
    public static AppliedVector Of(ReadOnlySpan<Ballot> ballots)
    {
        byte[] encoded = new byte[ballots.Length * Ballot.EncodedLength];
        for (int i = 0; i < ballots.Length; i++)
        {
            ballots[i].WriteTo(encoded.AsSpan(i * Ballot.EncodedLength));
        }

        return new AppliedVector(encoded);
    }

    /// <summary>The vector shares the memory, which must not change afterwards.</summary>
    /// <param name="encoded">As <see cref="Encoded"/> gives it.</param>
    public static AppliedVector OfEncoded(ReadOnlyMemory<byte> encoded) => new(encoded);

    /// <summary>The same in memory of its own: for whoever keeps a state's vector and not its value.</summary>
    public AppliedVector Copy() => new(_encoded.ToArray());

    public Ballot[] ToArray()
    {
        Ballot[] ballots = new Ballot[Count];
        for (int i = 0; i < ballots.Length; i++)
        {
            ballots[i] = this[i];
        }

        return ballots;
    }

    public bool Contains(Ballot ballot)
    {
        for (int i = 0; i < Count; i++)
        {
            if (this[i] == ballot)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The vector after the round <paramref name="ballot"/> changed the state. Where one member too many comes in, the
    /// lowest entry goes and <paramref name="pruned"/> rises to it: what is at or below it can no longer be told.
    /// </summary>
    public AppliedVector With(Ballot ballot, ref Ballot pruned, int entriesMax = EntriesMax)
    {
        Ballot[] ballots = ToArray();
        int own = Array.FindIndex(ballots, entry => entry.Ordinal == ballot.Ordinal);
        if (own >= 0)
        {
            ballots[own] = ballot;
            return Of(ballots);
        }

        if (ballots.Length < entriesMax)
        {
            return Of([.. ballots, ballot]);
        }

        int lowest = 0;
        for (int i = 1; i < ballots.Length; i++)
        {
            if (ballots[i] < ballots[lowest])
            {
                lowest = i;
            }
        }

        pruned = Ballot.Max(pruned, ballots[lowest]);
        ballots[lowest] = ballot;
        return Of(ballots);
    }
}
