using KvStore.Node;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What members did to keep their replicas alike.</summary>
internal readonly record struct UpkeepCounts(long HintsDelivered, long ReadRepairs, long KeysRepaired, long RepairRounds, long TombstonesPurged)
{
    /// <summary>Records that new owners took over, keys of which the old owners disagreed, and records dropped by who lost their slots.</summary>
    public long Transferred { get; init; }

    public long Settled { get; init; }

    public long Dropped { get; init; }

    public static UpkeepCounts operator +(UpkeepCounts left, UpkeepCounts right) => new(
        left.HintsDelivered + right.HintsDelivered,
        left.ReadRepairs + right.ReadRepairs,
        left.KeysRepaired + right.KeysRepaired,
        left.RepairRounds + right.RepairRounds,
        left.TombstonesPurged + right.TombstonesPurged)
    {
        Transferred = left.Transferred + right.Transferred,
        Settled = left.Settled + right.Settled,
        Dropped = left.Dropped + right.Dropped,
    };

    public static UpkeepCounts Of(Member? member)
    {
        if (member?.Report() is not { } report)
        {
            return default;
        }

        UpkeepReport upkeep = report.Upkeep;
        return new UpkeepCounts(upkeep.HintsDelivered, upkeep.ReadRepairs, upkeep.KeysRepaired, upkeep.RepairRounds, upkeep.TombstonesPurged)
        {
            Transferred = report.Migration.Keys,
            Settled = report.Migration.KeysSettled,
            Dropped = report.Migration.KeysDropped,
        };
    }
}
