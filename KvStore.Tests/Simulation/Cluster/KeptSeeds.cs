using KvStore.Node.Registers;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>
/// Seeds that found a planted mistake, so that the gate finds it again at once. A seed means another run when the product or
/// the workload changes; <c>simulate plants --seeds 5000</c> then says which to keep instead.
/// </summary>
internal static class KeptSeeds
{
    private static readonly Dictionary<PlantedMistake, ulong> Seeds = new()
    {
        [ClusterPlant.Amnesia] = 2, // one sum was reached twice
        [ClusterPlant.AmnesiaUnnoticed] = 80, // sums run against real time
        [ClusterPlant.DurableTooEarly] = 11, // versions run against real time
        [ProtocolFlaw.WallClockOrder] = 10, // one sum was reached twice
        [ProtocolFlaw.NoTieBreak] = 3, // one sum was reached twice
        [ProtocolFlaw.PrepareSkipped] = 2, // two states were there at once
        [ProtocolFlaw.ReadNotSecured] = 24, // one write was seen under two versions
        [ProtocolFlaw.ReplyBeforeDurable] = 1, // versions run against real time
        [ProtocolFlaw.SloppyMajority] = 2, // two states were there at once
        [ProtocolFlaw.MajorityOfTheLiving] = 12, // one sum was reached twice
        [ProtocolFlaw.DuplicateAckCounted] = 2, // versions run against real time
        [ProtocolFlaw.HedgeCountedTwice] = 5, // two states were there at once
        [ProtocolFlaw.TwoValuesUnderOneBallot] = 3, // a state came and went while another was there
        [ProtocolFlaw.PrepareOvertakesAccept] = 4, // one sum was reached twice
        [ProtocolFlaw.AcceptBelowAccepted] = 1, // node1 wrote r0
        [ProtocolFlaw.AnsweredFromHeld] = 2, // states follow each other against real time
        [ProtocolFlaw.HeldUsedTwice] = 3, // the last deletes do not end after healing
        [ProtocolFlaw.AcksCountedAsPromises] = 88, // one sum was reached twice
        [ProtocolFlaw.PromiseNotKept] = 1, // one sum was reached twice
        [ProtocolFlaw.JoinedAfterAccept] = 313, // a state came and went while another was there
        [ProtocolFlaw.TimeoutToldAsFailure] = 6, // a deletion was seen that nobody can have made
        [ProtocolFlaw.RetryAppliedTwice] = 12, // a value was seen that nobody can have written
        [ProtocolFlaw.VectorIgnored] = 3, // a counter grew by more than all increments can explain
        [ProtocolFlaw.VectorHitNotSecured] = 27, // states follow each other against real time
        [ProtocolFlaw.PrunedForgotten] = 16, // one write was seen under two versions
        [ProtocolFlaw.HintCountedAsAck] = 3, // versions run against real time
        [ProtocolFlaw.LearnBelowFloor] = 11, // a member wrote a key a lower ballot after a higher
        [ProtocolFlaw.TombstonePurgedByAge] = 15, // a state came and went while another was there
        [ProtocolFlaw.FloorIgnored] = 11, // node1 wrote r0 a lower ballot after a higher
        [ProtocolFlaw.JointQuorumIgnored] = 2, // a state came and went while another was there
        [ProtocolFlaw.ReadJudgedByOneSet] = 13, // sums run against real time
        [ProtocolFlaw.DroppedBeforeDecided] = 4, // two states were there at once
        [ProtocolFlaw.SoleWhileJoint] = 15, // sums run against real time
        [ProtocolFlaw.SoleIgnoresPromises] = 1, // one sum was reached twice
        [ProtocolFlaw.SoleAnswersEarly] = 1, // sums run against real time
        [ProtocolFlaw.FloorReadAsDeletion] = 8, // one sum was reached twice
    };

    /// <summary>Mistakes that one seed in a hundred finds, or fewer, and for which there is no directed scenario: only the gate hunts for them.</summary>
    private static readonly PlantedMistake[] Rare =
    [
        ProtocolFlaw.JoinedAfterAccept, ProtocolFlaw.DuplicateAckCounted, ProtocolFlaw.VectorHitNotSecured,
    ];

    public static bool IsRare(PlantedMistake mistake) => Rare.Contains(mistake);

    public static ulong? SeedOf(PlantedMistake mistake) => Seeds.TryGetValue(mistake, out ulong seed) ? seed : null;
}
