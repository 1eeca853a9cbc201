using System.Diagnostics.Metrics;

namespace KvStore.Node.Telemetry;

/// <summary>What is counted of the work that keeps replicas alike.</summary>
internal static class UpkeepMetrics
{
    public static readonly Counter<long> HintsMade =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.hints.made", "{hint}", "Committed records kept for a replica that had not acknowledged them.");

    public static readonly Counter<long> HintsDelivered =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.hints.delivered", "{hint}", "Hints that reached their replica's disk.");

    public static readonly Counter<long> HintsOverflowed =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.hints.overflowed", "{hint}", "Records for which there was no room, left to anti-entropy.");

    public static readonly Counter<long> ReadRepairs =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.read_repairs", "{record}", "Records taught to replicas that a read had seen below them.");

    public static readonly Counter<long> Comparisons =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.anti_entropy.comparisons", "{comparison}", "Comparisons of digests with another replica.");

    public static readonly Counter<long> SlotsDiffering =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.anti_entropy.slots", "{slot}", "Slots found to differ.");

    public static readonly Counter<long> KeysRepaired =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.anti_entropy.keys", "{key}", "Keys that replicas held differently and that were brought together.");

    public static readonly Counter<long> TombstonesPurged =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.tombstones.purged", "{tombstone}", "Tombstones that every replica confirmed and was told to purge.");
}
