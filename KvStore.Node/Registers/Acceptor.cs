namespace KvStore.Node.Registers;

/// <summary>
/// The acceptor of one key: the decisions of per-key Paxos (CASPaxos, Rystsov 2018) as pure functions of what the replica
/// holds. Whoever calls it serialises the requests of a key, makes what was decided durable and only then answers
/// (protocol.md §2).
/// </summary>
/// <param name="Promised">The highest ballot promised for the key, the member's Bound at start included.</param>
/// <param name="Accepted">The record on disk, or absent.</param>
/// <param name="Floor">The slot's floor: a promise that stands for every absent key of the slot, and nothing more.</param>
/// <param name="Flaw">None but in simulation.</param>
internal readonly record struct Acceptor(Ballot Promised, RegisterRecord Accepted, Ballot Floor, ProtocolFlaw Flaw = ProtocolFlaw.None)
{
    /// <summary>What stands for the accepted ballot: the record's, or the floor where there is none.</summary>
    private Ballot AcceptedOrFloor => !Accepted.IsAbsent ? Accepted.Ballot : Flaw == ProtocolFlaw.FloorIgnored ? Ballot.Zero : Floor;

    /// <summary>Promises <paramref name="ballot"/> if it is above everything; else says what was higher.</summary>
    public bool MayPromise(Ballot ballot, out Ballot conflict)
    {
        conflict = Ballot.Max(Promised, AcceptedOrFloor);
        return ballot > conflict || (IsEqual(ballot, conflict) && Flaw is ProtocolFlaw.NoTieBreak or ProtocolFlaw.BallotReused);
    }

    public AcceptDecision DecideAccept(Ballot ballot, out Ballot conflict)
    {
        conflict = Ballot.Max(Promised, AcceptedOrFloor);
        if (!Accepted.IsAbsent && IsEqual(Accepted.Ballot, ballot))
        {
            return AcceptDecision.AlreadyAccepted;
        }

        bool isPromised = ballot >= Promised || IsEqual(ballot, Promised) || Flaw == ProtocolFlaw.WallClockOrder;
        bool isAbove = ballot > AcceptedOrFloor || Flaw == ProtocolFlaw.AcceptBelowAccepted;
        return isPromised && isAbove ? AcceptDecision.Accept : AcceptDecision.Conflict;
    }

    private bool IsEqual(Ballot left, Ballot right) =>
        left == right || (Flaw == ProtocolFlaw.NoTieBreak && left with { Ordinal = 0 } == right with { Ordinal = 0 });

    /// <summary>Whether a chosen record may be taken over: promises do not matter to it, what was accepted and the floor do.</summary>
    public LearnDecision DecideLearn(Ballot ballot)
    {
        if (!Accepted.IsAbsent)
        {
            return ballot > Accepted.Ballot ? LearnDecision.Learn : LearnDecision.AlreadyKnown;
        }

        return ballot > Floor || Flaw == ProtocolFlaw.LearnBelowFloor ? LearnDecision.Learn : LearnDecision.RefusedByFloor;
    }

    /// <summary>Whether the tombstone of this ballot is what the key holds.</summary>
    public bool Holds(Ballot tombstone) => Accepted.State is { Kind: RegisterKind.Tombstone } && Accepted.Ballot == tombstone;

    /// <summary>
    /// Whether the tombstone may go as far as this replica is concerned: it is held with nothing promised above it, or is at or
    /// below the floor already. With a promise above it, somebody may be building on what this replica showed before, and would
    /// not see that it was deleted.
    /// </summary>
    /// <param name="promised">The promise that stands in the way, or zero.</param>
    public bool Confirms(Ballot tombstone, out Ballot promised)
    {
        promised = Ballot.Zero;
        if (!Holds(tombstone))
        {
            return Accepted.IsAbsent && Floor >= tombstone;
        }

        if (Promised <= tombstone || Flaw == ProtocolFlaw.PrepareStraddlesPurge)
        {
            return true;
        }

        promised = Promised;
        return false;
    }
}
