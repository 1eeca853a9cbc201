using KvStore.Node.Convergence;

namespace KvStore.Node;

/// <summary>What a member has done since start to keep replicas alike, and how alike they are.</summary>
/// <param name="Hints">By the replica they are for.</param>
/// <param name="Agreement">As of the last comparisons.</param>
internal sealed record UpkeepReport(
    IReadOnlyList<HintReport> Hints,
    AgreementReport Agreement,
    long HintsMade,
    long HintsDelivered,
    long HintsOverflowed,
    long HintsDropped,
    long ReadRepairs,
    long KeysRepaired,
    long RepairRounds,
    long TombstonesPurged);
