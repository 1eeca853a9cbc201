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
        [ClusterPlant.Amnesia] = 2,
        [ClusterPlant.AmnesiaUnnoticed] = 13,
        [ClusterPlant.DurableTooEarly] = 2,
        [ProtocolFlaw.WallClockOrder] = 3,
        [ProtocolFlaw.NoTieBreak] = 1,
        [ProtocolFlaw.BallotReused] = 2,
        [ProtocolFlaw.PrepareSkipped] = 1,
        [ProtocolFlaw.ReadNotSecured] = 3,
        [ProtocolFlaw.ReplyBeforeDurable] = 1,
        [ProtocolFlaw.SloppyMajority] = 1,
        [ProtocolFlaw.MajorityOfTheLiving] = 12,
        [ProtocolFlaw.DuplicateAckCounted] = 145,
        [ProtocolFlaw.HedgeCountedTwice] = 2,
        [ProtocolFlaw.TwoValuesUnderOneBallot] = 2,
        [ProtocolFlaw.BatchSealedLate] = 967,
        [ProtocolFlaw.PrepareOvertakesAccept] = 9,
        [ProtocolFlaw.AcceptBelowAccepted] = 1,
        [ProtocolFlaw.AnsweredFromHeld] = 1,
        [ProtocolFlaw.HeldUsedTwice] = 2,
    };

    /// <summary>Mistakes that one seed in a hundred finds, or fewer, and for which there is no directed scenario: only the gate hunts for them.</summary>
    private static readonly PlantedMistake[] Rare = [ProtocolFlaw.DuplicateAckCounted, ProtocolFlaw.VectorHitNotSecured];

    public static bool IsRare(PlantedMistake mistake) => Rare.Contains(mistake);

    public static ulong? SeedOf(PlantedMistake mistake) => Seeds.TryGetValue(mistake, out ulong seed) ? seed : null;
}
