using System.Diagnostics.Metrics;

namespace KvStore.Node.Telemetry;

/// <summary>What is counted of asking the best-ranked replicas first.</summary>
internal static class RankMetrics
{
    public static readonly Counter<long> HedgesSent =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.hedges.sent", "{request}", "Reads and prepares sent to the rest because those asked first took long.");

    public static readonly Counter<long> HedgesWon =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.hedges.won", "{phase}", "Phases that ended by the answer to a hedge.");

    public static readonly Counter<long> HedgesDenied =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.hedges.denied", "{phase}", "Times that the budget allowed no hedge.");

    public static readonly Counter<long> Probes =
        NodeTelemetry.Meter.CreateCounter<long>("kvstore.rank.probes", "{request}", "Requests to replicas out of favour, to see whether they have recovered.");
}
