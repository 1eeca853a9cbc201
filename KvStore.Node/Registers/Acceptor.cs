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
    private Ballot AcceptedOrFloor => Accepted.IsAbsent ? Floor : Accepted.Ballot;

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

        return ballot > Floor ? LearnDecision.Learn : LearnDecision.RefusedByFloor;
    }
}
