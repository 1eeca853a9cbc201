namespace KvStore.Node.Registers;

/// <summary>
/// Ways in which the protocol can be got wrong, one at a time and on purpose: the simulation plants each of them and must
/// find it. A member of a cluster that serves anybody has <see cref="None"/>; there is no option for it.
/// </summary>
internal enum ProtocolFlaw
{
    None,

    /// <summary>A write is taken whenever its clock is later than the record's, whatever was promised meanwhile.</summary>
    WallClockOrder,

    /// <summary>Ballots of two members with one counter count as equal, and a prepare accepts its equal.</summary>
    NoTieBreak,

    /// <summary>A restarted member issues ballots from its clock alone, and a prepare accepts its equal.</summary>
    BallotReused,

    /// <summary>Accepts leave under a fresh ballot that nobody promised, on the state last committed here.</summary>
    PrepareSkipped,

    /// <summary>A read answers the highest record reported, whether a majority holds it or not.</summary>
    ReadNotSecured,

    /// <summary>Accepted is said when the log entry is appended, not when it is on disk.</summary>
    ReplyBeforeDurable,

    /// <summary>Half of the owners, rounded down, count as a majority.</summary>
    SloppyMajority,

    /// <summary>A majority of the owners that can be reached counts as one of all.</summary>
    MajorityOfTheLiving,

    /// <summary>Replies are counted, not the replicas that sent them.</summary>
    DuplicateAckCounted,

    /// <summary>A hedged read asks again whom it has asked, and counts both answers.</summary>
    HedgeCountedTwice,

    /// <summary>After a timeout the accept is sent again under its ballot with what has been asked for since.</summary>
    TwoValuesUnderOneBallot,

    /// <summary>Operations join a round after its prepare has left.</summary>
    BatchSealedLate,

    /// <summary>A prepare is answered from the durable record while an accept of the key is on its way to the disk.</summary>
    PrepareOvertakesAccept,

    /// <summary>An accept is taken though a record with a higher ballot is there.</summary>
    AcceptBelowAccepted,

    /// <summary>A restarted member has promised nothing.</summary>
    PromiseForgotten,

    /// <summary>Ballots of all epochs compare by counter alone.</summary>
    BallotWithoutEpoch,

    /// <summary>A round without a prepare answers reads and declines before any replica has accepted its ballot.</summary>
    AnsweredFromHeld,

    /// <summary>A held promise is used, under a ballot of the new epoch, after the epoch changed.</summary>
    HeldAcrossEpochs,

    /// <summary>A ballot promised ahead is used again after it met a conflict.</summary>
    HeldUsedTwice,

    /// <summary>Replicas that accepted count as having promised the next ballot.</summary>
    AcksCountedAsPromises,

    /// <summary>A replica says that it promised the next ballot and does not remember it.</summary>
    PromiseNotKept,

    /// <summary>A learn makes a replica forget what it promised.</summary>
    LearnClearsPromise,

    /// <summary>Operations that came after the accept left are declined from the state it carried.</summary>
    JoinedAfterAccept,

    /// <summary>A change that may have been applied is told to have failed when its time is over.</summary>
    TimeoutToldAsFailure,

    /// <summary>A write handed to another member is carried out here as well when that member stays silent.</summary>
    RetryAppliedTwice,

    /// <summary>Open attempts are applied again without a look at the state's history.</summary>
    VectorIgnored,

    /// <summary>An attempt found in the history is answered before a quorum holds that history.</summary>
    VectorHitNotSecured,

    /// <summary>What changes nothing is answered at once though an accept of it has left.</summary>
    DeclineWithOpenAttempt,

    /// <summary>An attempt found in the history is answered with the results of the last attempt.</summary>
    ResultOfWrongAttempt,

    /// <summary>Attempts at or below what the history has pruned are applied again.</summary>
    PrunedForgotten,

    /// <summary>Rounds that change nothing enter the history.</summary>
    IdentityOverwritesVector,

    /// <summary>A record that its round's quorum has not accepted is kept as a hint.</summary>
    UnchosenHinted,

    /// <summary>A repair teaches the highest record seen, whether a majority holds it or not.</summary>
    UnchosenRepaired,

    /// <summary>A replica that cannot be reached counts as having accepted, because it will get a hint.</summary>
    HintCountedAsAck,

    /// <summary>A hint outlives a change of its slot's owners.</summary>
    HintToReturnedOwner,

    /// <summary>A record at or below the slot's floor is learned where there is none.</summary>
    LearnBelowFloor,

    /// <summary>Tombstones are purged after a while, whatever other replicas hold.</summary>
    TombstonePurgedByAge,

    /// <summary>A key without a record has nothing in its way.</summary>
    FloorIgnored,

    /// <summary>Absence at a slot with a floor counts as a tombstone of that ballot.</summary>
    FloorReadAsDeletion,

    /// <summary>A tombstone is confirmed though something above it is promised.</summary>
    PrepareStraddlesPurge,

    /// <summary>A purge makes a replica forget what it promised.</summary>
    PurgeClearsPromises,

    /// <summary>A reader that finds a value past its time by its own clock answers that there is none.</summary>
    ExpiryByLocalClock,

    /// <summary>A slot's digest leaves tombstones out, wherever they stand.</summary>
    DigestWithoutTombstones,

    /// <summary>A slot's digest tells which keys there are and not under which ballots.</summary>
    DigestWithoutBallots,

    /// <summary>A range that two replicas once held alike is not compared again.</summary>
    AgreedRangeNotCompared,

    /// <summary>While owners change, a majority of the next ones alone decides.</summary>
    JointQuorumIgnored,

    /// <summary>While owners change, a read is answered by a majority of the next ones alone.</summary>
    ReadJudgedByOneSet,

    /// <summary>A replica carries out what was asked at an epoch that is over.</summary>
    StaleEpochAccepted,

    /// <summary>Lanes go on to the next epoch with accepts of the old one under way, which they then answer.</summary>
    EpochWithoutBarrier,

    /// <summary>A member answers at an epoch that is not on its disk, and starts again at the one before.</summary>
    EpochNotDurable,

    /// <summary>A round that began in one epoch goes on in the next with the owners it began with.</summary>
    TopologiesMixed,

    /// <summary>A new owner takes what one of the old owners holds.</summary>
    CopiedFromOne,

    /// <summary>An owner that stays counts as complete without a look at the others.</summary>
    StayingOwnerComplete,

    /// <summary>An owner that stays counts its own record twice.</summary>
    OwnReplicaCountedTwice,

    /// <summary>A new owner does not take the floors of the old ones.</summary>
    FloorsNotTransferred,

    /// <summary>A new owner does not take tombstones.</summary>
    TombstonesNotTransferred,

    /// <summary>The first page of what an old owner holds counts as all of it.</summary>
    PagesSkipped,

    /// <summary>A slot that comes back still holds what it held when it went.</summary>
    LeftoverKept,

    /// <summary>Owners that are to leave drop their slots before the next ones are in force.</summary>
    DroppedBeforeDecided,

    /// <summary>While owners change, tombstones are purged on the word of the current ones.</summary>
    PurgedInJointPhase,

    /// <summary>A new owner takes over the highest record reported, whether a majority of the old owners holds it or not.</summary>
    UnchosenTransferred,

    /// <summary>While owners change, the only one there is now decides alone.</summary>
    SoleWhileJoint,

    /// <summary>An only owner decides below what it has promised to others.</summary>
    SoleIgnoresPromises,

    /// <summary>An only owner answers a write before it is durable.</summary>
    SoleAnswersEarly,
}
