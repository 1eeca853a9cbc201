using KvStore.Node.Convergence;
using KvStore.Node.Coordination;

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
    long TombstonesPurged)
{
    /// <summary>The latest repairs, by the minute, the oldest first.</summary>
    public IReadOnlyList<RepairSum> Repairs { get; init; } = [];
}
