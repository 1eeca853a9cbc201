namespace KvStore.Node.Registers;

/// <summary>
/// What simulation may vary of the protocol: limits made so small that they are met, choices the rules leave open, and
/// mistakes. Never read from configuration; everybody else has <see cref="Sound"/>.
/// </summary>
internal sealed record ProtocolSettings
{
    public static readonly ProtocolSettings Sound = new();

    public ProtocolFlaw Flaw { get; init; }

    /// <summary>Members a state's history names, 1 to <see cref="AppliedVector.EntriesMax"/>: few, and it is pruned.</summary>
    public int VectorEntriesMax { get; init; } = AppliedVector.EntriesMax;

    /// <summary>How often, of 1, a replica does not promise the next ballot, which it may always do.</summary>
    public double NextDeclineRate { get; init; }

    /// <summary>How far above the round's the ballot to be promised ahead lies, in milliseconds of counter.</summary>
    public int NextAheadMilliseconds { get; init; }

    /// <summary>Whether a member hands writes of contended keys, and reads on which replicas do not agree, to the slot's first live owner; without it members duel longer.</summary>
    public bool HandsOver { get; init; } = true;

    /// <summary>Whether a round's first prepares go to the best-ranked replicas that suffice; without it to all owners.</summary>
    public bool PreparesAtBest { get; init; } = true;

    public bool Has(ProtocolFlaw flaw) => Flaw == flaw;
}
