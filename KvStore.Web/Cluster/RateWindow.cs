using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Cluster;

/// <summary>
/// Rates from a member's counters over its last few reports: long enough to be calm, short enough to be now. Immutable.
/// </summary>
internal sealed class RateWindow
{
    /// <summary>Reports kept. At one a second the rates are those of the last five seconds.</summary>
    public const int SamplesMax = 6;

    public static readonly RateWindow Empty = new([]);

    private readonly ImmutableArray<Sample> _samples;

    private RateWindow(ImmutableArray<Sample> samples) => _samples = samples;

    private readonly record struct Sample(
        TimeSpan At, long BootCount, long Reads, long Writes, long Failures, LatencyHistogram ReadTimes, LatencyHistogram WriteTimes);

    /// <summary>How long the reads of the window took.</summary>
    public LatencyHistogram ReadTimes => Since(sample => sample.ReadTimes);

    /// <summary>How long the writes of the window took.</summary>
    public LatencyHistogram WriteTimes => Since(sample => sample.WriteTimes);

    /// <summary>Null until two reports of the same process are known.</summary>
    public OperationRates? Rates
    {
        get
        {
            if (_samples.Length < 2)
            {
                return null;
            }

            Sample first = _samples[0];
            Sample last = _samples[^1];
            double seconds = (last.At - first.At).TotalSeconds;
            return seconds <= 0
                ? null
                : new OperationRates(
                    (last.Reads - first.Reads) / seconds,
                    (last.Writes - first.Writes) / seconds,
                    (last.Failures - first.Failures) / seconds);
        }
    }

    /// <param name="status">As the member reported it.</param>
    /// <param name="at">When, on any clock that only goes forward.</param>
    public RateWindow With(MemberStatus status, TimeSpan at)
    {
        Sample sample = new(at, status.BootCount, status.Reads, status.Writes, status.Failures, status.ReadLatency, status.WriteLatency);

        // The counters of a restarted process begin anew and have nothing to do with those before.
        if (!_samples.IsEmpty && IsRestart(_samples[^1], sample))
        {
            return new RateWindow([sample]);
        }

        ImmutableArray<Sample> kept = _samples.Length < SamplesMax ? _samples : _samples.RemoveAt(0);
        return new RateWindow(kept.Add(sample));
    }

    private LatencyHistogram Since(Func<Sample, LatencyHistogram> times) =>
        _samples.Length < 2 ? LatencyHistogram.Empty : times(_samples[^1]).Since(times(_samples[0]));

    private static bool IsRestart(Sample before, Sample after) =>
        before.BootCount != after.BootCount
        || after.Reads < before.Reads
        || after.Writes < before.Writes
        || after.Failures < before.Failures;
}
