using System.Collections.Immutable;
using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Aspire.Dashboard.Otlp;

/// <summary>Points of a request into the store. Summaries, which are percentiles of unknown spans of time, are refused.</summary>
internal sealed class MetricIntake(TelemetryStore store, TelemetryJournal? journal = null)
{
    private const int BucketsMax = 512;

    private readonly FieldReader _fields = new(store.Limits);

    public IntakeResult Take(ExportMetricsServiceRequest request)
    {
        var rejected = 0L;
        var why = "";
        foreach (var group in request.ResourceMetrics)
        {
            var resource = store.Resources.Find(_fields.Read((group.Resource ?? new Resource()).Attributes));
            foreach (var scope in group.ScopeMetrics)
            {
                foreach (var metric in scope.Metrics)
                {
                    var (refused, problem) = Take(metric, new InstrumentId(resource, _fields.Cut(scope.Scope?.Name ?? ""), _fields.Cut(metric.Name)));
                    rejected += refused;
                    why = why.Length == 0 ? problem : why;
                }
            }
        }

        journal?.Keep(TelemetrySignal.Metrics, request.ToByteArray());
        return new IntakeResult(rejected, why);
    }

    private IntakeResult Take(Metric metric, InstrumentId id)
    {
        var (kind, points) = metric.DataCase switch
        {
            Metric.DataOneofCase.Gauge => (InstrumentKind.Gauge, Numbers(metric.Gauge.DataPoints, isDifference: false)),
            Metric.DataOneofCase.Sum => (
                metric.Sum.IsMonotonic ? InstrumentKind.Counter : InstrumentKind.UpDownCounter,
                Numbers(metric.Sum.DataPoints, metric.Sum.AggregationTemporality == AggregationTemporality.Delta)),
            Metric.DataOneofCase.Histogram => (
                InstrumentKind.Histogram,
                metric.Histogram.DataPoints.Select(point => Read(point, metric.Histogram.AggregationTemporality))),
            Metric.DataOneofCase.ExponentialHistogram => (
                InstrumentKind.Histogram,
                metric.ExponentialHistogram.DataPoints.Select(point => Read(point, metric.ExponentialHistogram.AggregationTemporality))),
            _ => (InstrumentKind.Gauge, null),
        };
        if (points is null)
        {
            var count = Math.Max(1, metric.Summary?.DataPoints.Count ?? 0);
            return new IntakeResult(count, $"metric '{id.Name}': {metric.DataCase} is not kept; allowed are gauge, sum, histogram and exponential histogram");
        }

        List<ReceivedPoint> read = [.. points];
        var whole = read.FindAll(point => point.Point.Buckets.Length == (point.Bounds.IsEmpty ? point.Point.Buckets.Length : point.Bounds.Length + 1));
        store.Metrics.Add(new Instrument(id, kind, _fields.Cut(metric.Unit), _fields.Cut(metric.Description)), whole);
        var refused = read.Count - whole.Count;
        return new IntakeResult(refused, refused == 0 ? "" : $"metric '{id.Name}': a histogram has one bucket more than it has bounds");
    }

    private IEnumerable<ReceivedPoint> Numbers(RepeatedField<NumberDataPoint> points, bool isDifference) =>
        from point in points
        let value = point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt ? point.AsInt : point.AsDouble
        select new ReceivedPoint(
            _fields.Read(point.Attributes),
            new MetricPoint(UnixNanos.Read(point.TimeUnixNano), double.IsFinite(value) ? value : 0, 0, []),
            [],
            isDifference,
            Read(point.Exemplars));

    private ReceivedPoint Read(HistogramDataPoint point, AggregationTemporality temporality) => new(
        _fields.Read(point.Attributes),
        new MetricPoint(UnixNanos.Read(point.TimeUnixNano), point.Sum, point.Count, [.. point.BucketCounts.Take(BucketsMax + 1)]),
        [.. point.ExplicitBounds.Take(BucketsMax)],
        temporality == AggregationTemporality.Delta,
        Read(point.Exemplars));

    /// <summary>Bucket i of scale s ends at 2^((i+1)/2^s); those below zero are not measured of times and sizes, and not shown.</summary>
    private ReceivedPoint Read(ExponentialHistogramDataPoint point, AggregationTemporality temporality)
    {
        var positive = point.Positive ?? new ExponentialHistogramDataPoint.Types.Buckets();
        ImmutableArray<ulong> counts = [.. positive.BucketCounts.Take(BucketsMax)];
        ImmutableArray<double> bounds =
            [.. Enumerable.Range(0, counts.Length + 1).Select(index => Math.Pow(2, (positive.Offset + index) / Math.Pow(2, point.Scale)))];
        return new ReceivedPoint(
            _fields.Read(point.Attributes),
            new MetricPoint(UnixNanos.Read(point.TimeUnixNano), point.Sum, point.Count, [point.ZeroCount, .. counts, 0]),
            bounds,
            temporality == AggregationTemporality.Delta,
            Read(point.Exemplars));
    }

    private static ImmutableArray<MetricExemplar> Read(RepeatedField<Exemplar> exemplars) =>
    [
        .. from exemplar in exemplars
        where WireIds.TryTrace(exemplar.TraceId, out _) && WireIds.TrySpan(exemplar.SpanId, out _)
        select new MetricExemplar(
            UnixNanos.Read(exemplar.TimeUnixNano),
            exemplar.ValueCase == Exemplar.ValueOneofCase.AsInt ? exemplar.AsInt : exemplar.AsDouble,
            Convert.ToHexStringLower(exemplar.TraceId.Span),
            Convert.ToHexStringLower(exemplar.SpanId.Span)),
    ];
}
