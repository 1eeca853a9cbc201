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
        [ClusterPlant.Amnesia] = 2, // two states were there at once
        [ClusterPlant.AmnesiaUnnoticed] = 13, // one sum was reached twice
        [ClusterPlant.DurableTooEarly] = 2, // two states were there at once
        [ProtocolFlaw.WallClockOrder] = 3, // one sum was reached twice
        [ProtocolFlaw.NoTieBreak] = 2, // one sum was reached twice
        [ProtocolFlaw.PrepareSkipped] = 2, // two states were there at once
        [ProtocolFlaw.ReadNotSecured] = 3, // one sum was reached twice
        [ProtocolFlaw.ReplyBeforeDurable] = 1, // sums run against real time
        [ProtocolFlaw.SloppyMajority] = 1, // one sum was reached twice
        [ProtocolFlaw.MajorityOfTheLiving] = 12, // one sum was reached twice
        [ProtocolFlaw.DuplicateAckCounted] = 145, // one sum was reached twice
        [ProtocolFlaw.HedgeCountedTwice] = 2, // states follow each other against real time
        [ProtocolFlaw.TwoValuesUnderOneBallot] = 2, // a key has two states at one ballot
        [ProtocolFlaw.PrepareOvertakesAccept] = 9, // one sum was reached twice
        [ProtocolFlaw.AcceptBelowAccepted] = 1, // ballots of a key fell on one disk
        [ProtocolFlaw.AnsweredFromHeld] = 2, // states follow each other against real time
        [ProtocolFlaw.HeldUsedTwice] = 1, // a key cannot be written 30 s after healing
        [ProtocolFlaw.AcksCountedAsPromises] = 9, // two states were there at once
        [ProtocolFlaw.PromiseNotKept] = 1, // one sum was reached twice
        [ProtocolFlaw.JoinedAfterAccept] = 11, // two states were there at once
        [ProtocolFlaw.TimeoutToldAsFailure] = 3, // a value was seen that nobody can have written
        [ProtocolFlaw.RetryAppliedTwice] = 4, // one write was seen under two versions
        [ProtocolFlaw.VectorIgnored] = 1, // a counter grew by more than all increments can explain
        [ProtocolFlaw.VectorHitNotSecured] = 8, // one sum was reached twice
        [ProtocolFlaw.PrunedForgotten] = 16, // a counter grew by more than all increments can explain
    };

    /// <summary>Mistakes that one seed in a hundred finds, or fewer, and for which there is no directed scenario: only the gate hunts for them.</summary>
    private static readonly PlantedMistake[] Rare = [ProtocolFlaw.DuplicateAckCounted];

    public static bool IsRare(PlantedMistake mistake) => Rare.Contains(mistake);

    public static ulong? SeedOf(PlantedMistake mistake) => Seeds.TryGetValue(mistake, out ulong seed) ? seed : null;
}
