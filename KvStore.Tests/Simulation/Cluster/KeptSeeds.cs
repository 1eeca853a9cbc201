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
        [ClusterPlant.Amnesia] = 5, // sums run against real time
        [ClusterPlant.AmnesiaUnnoticed] = 35, // two states were there at once
        [ClusterPlant.DurableTooEarly] = 2, // two states were there at once
        [ProtocolFlaw.WallClockOrder] = 10, // one sum was reached twice
        [ProtocolFlaw.NoTieBreak] = 3, // one sum was reached twice
        [ProtocolFlaw.PrepareSkipped] = 2, // two states were there at once
        [ProtocolFlaw.ReadNotSecured] = 7, // one sum was reached twice
        [ProtocolFlaw.ReplyBeforeDurable] = 3, // a state came and went while another was there
        [ProtocolFlaw.SloppyMajority] = 2, // two states were there at once
        [ProtocolFlaw.MajorityOfTheLiving] = 12, // one sum was reached twice
        [ProtocolFlaw.DuplicateAckCounted] = 61, // a state came and went while another was there
        [ProtocolFlaw.HedgeCountedTwice] = 7, // two states were there at once
        [ProtocolFlaw.TwoValuesUnderOneBallot] = 2, // a key has two states at one ballot
        [ProtocolFlaw.PrepareOvertakesAccept] = 4, // one sum was reached twice
        [ProtocolFlaw.AcceptBelowAccepted] = 1, // node1 wrote r0
        [ProtocolFlaw.AnsweredFromHeld] = 2, // states follow each other against real time
        [ProtocolFlaw.HeldUsedTwice] = 3, // The last deletes did not end. 60 s after healing.
        [ProtocolFlaw.AcksCountedAsPromises] = 7, // two states were there at once
        [ProtocolFlaw.PromiseNotKept] = 1, // one sum was reached twice
        [ProtocolFlaw.JoinedAfterAccept] = 20, // versions run against real time
        [ProtocolFlaw.TimeoutToldAsFailure] = 12, // a counter grew by more than all increments can explain
        [ProtocolFlaw.RetryAppliedTwice] = 1, // a counter grew by more than all increments can explain
        [ProtocolFlaw.VectorIgnored] = 2, // one write was seen under two versions
        [ProtocolFlaw.VectorHitNotSecured] = 2, // a state came and went while another was there
        [ProtocolFlaw.PrunedForgotten] = 92, // a counter grew by more than all increments can explain
        [ProtocolFlaw.HintCountedAsAck] = 3, // sums run against real time
        [ProtocolFlaw.LearnBelowFloor] = 8, // node4 wrote r0 a lower ballot after a higher
        [ProtocolFlaw.TombstonePurgedByAge] = 6, // a state came and went while another was there
        [ProtocolFlaw.FloorIgnored] = 3, // node1 wrote r1 a lower ballot after a higher
        [ProtocolFlaw.JointQuorumIgnored] = 4, // one sum was reached twice
        [ProtocolFlaw.ReadJudgedByOneSet] = 6, // two states were there at once
        [ProtocolFlaw.EpochWithoutBarrier] = 27, // a change of members does not end
        [ProtocolFlaw.DroppedBeforeDecided] = 1, // a state came and went while another was there
        [ProtocolFlaw.FloorReadAsDeletion] = 3, // one version has two values
    };

    /// <summary>Mistakes that one seed in a hundred finds, or fewer, and for which there is no directed scenario: only the gate hunts for them.</summary>
    private static readonly PlantedMistake[] Rare = [ProtocolFlaw.JoinedAfterAccept, ProtocolFlaw.DuplicateAckCounted, ProtocolFlaw.VectorHitNotSecured];

    public static bool IsRare(PlantedMistake mistake) => Rare.Contains(mistake);

    public static ulong? SeedOf(PlantedMistake mistake) => Seeds.TryGetValue(mistake, out ulong seed) ? seed : null;
}
