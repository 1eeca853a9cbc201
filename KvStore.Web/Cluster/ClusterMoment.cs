using System.Collections.Immutable;

namespace KvStore.Web.Cluster;

/// <summary>The few figures of the whole cluster that are kept for the last two minutes.</summary>
/// <param name="Operations">Reads and writes a second; null where not known.</param>
/// <param name="Failures">A second; null where not known.</param>
/// <param name="Median">How long operations took; null where there were none.</param>
/// <param name="P99">The 99th percentile; null where there were none.</param>
/// <param name="Hints">Records kept for replicas that have not acknowledged them.</param>
/// <param name="Imbalance">The most keys of a member to the mean; 0 where there are none.</param>
public sealed record ClusterMoment(
    DateTimeOffset At, double? Operations, double? Failures, TimeSpan? Median, TimeSpan? P99, long Hints, double Imbalance)
{
    /// <summary>How long moments are kept.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);

    /// <summary>Moments are not closer together: snapshots may be.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // The figures are those of the last five seconds as it is; a tick that comes a little early is the next moment all the same.
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(100);

    public static ClusterMoment Of(ClusterSnapshot snapshot)
    {
        KvStore.Client.LatencyHistogram times = snapshot.Times;
        return new ClusterMoment(
            snapshot.At,
            snapshot.Rates?.All,
            snapshot.Rates?.Failures,
            times.Quantile(0.5),
            times.Quantile(0.99),
            snapshot.Told.Sum(status => status.Peers.Sum(peer => peer.Hints)),
            ImbalanceOf([.. snapshot.Told.Select(status => status.Keys)]));
    }

    /// <summary>The history with this snapshot's moment, if one is due; what is too old is gone.</summary>
    public static ImmutableArray<ClusterMoment> Extend(ImmutableArray<ClusterMoment> history, ClusterSnapshot snapshot)
    {
        if (!history.IsEmpty && snapshot.At - history[^1].At < Interval - Early && snapshot.At >= history[^1].At)
        {
            return history;
        }

        // A clock that was set back begins anew.
        return [.. history.Where(moment => snapshot.At - moment.At < KeptFor && moment.At <= snapshot.At), Of(snapshot)];
    }

    private static double ImbalanceOf(ImmutableArray<long> keys)
    {
        double mean = keys.IsEmpty ? 0 : keys.Average();
        return mean > 0 ? keys.Max() / mean : 0;
    }
}
