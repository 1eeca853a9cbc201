using KvStore.Node;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>What members did to keep slow replicas and expired work from mattering.</summary>
/// <param name="Expired">Requests, handed writes and operations dropped before they ran because their time was over.</param>
internal readonly record struct LoadCounts(long HedgesSent, long HedgesWon, long HedgesDenied, long Probes, long Expired)
{
    public static LoadCounts operator +(LoadCounts left, LoadCounts right) => new(
        left.HedgesSent + right.HedgesSent,
        left.HedgesWon + right.HedgesWon,
        left.HedgesDenied + right.HedgesDenied,
        left.Probes + right.Probes,
        left.Expired + right.Expired);

    public static LoadCounts Of(Member? member) => member?.Report().Load is { } load
        ? new LoadCounts(
            load.HedgesSent,
            load.HedgesWon,
            load.HedgesDenied,
            load.Probes,
            load.ExpiredInOutbox + load.ExpiredAtReplica + load.ExpiredHanded + load.ExpiredOperations)
        : default;
}
