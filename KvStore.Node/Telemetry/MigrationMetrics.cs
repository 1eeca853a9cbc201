using System.Diagnostics.Metrics;

namespace KvStore.Node.Telemetry;

/// <summary>What is counted of slots that move to other owners.</summary>
internal static class MigrationMetrics
{
    public static readonly Counter<long> Slots =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.transfer.slots", "{slot}", "Slots that this member is to own and holds all it needs of.");

    public static readonly Counter<long> Keys =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.transfer.keys", "{key}", "Records taken over from old owners.");

    public static readonly Counter<long> KeysSettled =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.transfer.rounds", "{key}", "Keys that old owners held differently and that a round has settled.");

    public static readonly Counter<long> Bytes =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.transfer.bytes", "By", "Keys and values that came from old owners.");

    public static readonly Counter<long> KeysDropped =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.transfer.dropped", "{key}", "Records removed of slots that other members own.");
}
