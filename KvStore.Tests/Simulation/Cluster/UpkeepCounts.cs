using KvStore.Node;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What members did to keep their replicas alike.</summary>
internal readonly record struct UpkeepCounts(long HintsDelivered, long ReadRepairs, long KeysRepaired, long RepairRounds, long TombstonesPurged)
{
    public static UpkeepCounts operator +(UpkeepCounts left, UpkeepCounts right) => new(
        left.HintsDelivered + right.HintsDelivered,
        left.ReadRepairs + right.ReadRepairs,
        left.KeysRepaired + right.KeysRepaired,
        left.RepairRounds + right.RepairRounds,
        left.TombstonesPurged + right.TombstonesPurged);

    public static UpkeepCounts Of(Member? member) => member?.Report().Upkeep is { } upkeep
        ? new UpkeepCounts(upkeep.HintsDelivered, upkeep.ReadRepairs, upkeep.KeysRepaired, upkeep.RepairRounds, upkeep.TombstonesPurged)
        : default;
}
