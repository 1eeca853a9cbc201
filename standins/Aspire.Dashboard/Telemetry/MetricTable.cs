using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>Instruments, their series and points. Bounded in series and in points of each; more series are dropped.</summary>
public sealed class MetricTable(TelemetryLimits limits)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<InstrumentId, Entry> _instruments = [];
    private int _series;
    private long _version;
    private long _lost;
    private (int Count, ImmutableArray<Instrument> Instruments) _all = (0, []);

    public long Version => Volatile.Read(ref _version);

    /// <summary>Points that came for a series beyond the limit.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public int SeriesCount => Volatile.Read(ref _series);

    public void Add(Instrument instrument, IReadOnlyCollection<ReceivedPoint> points)
    {
        lock (_sync)
        {
            if (!_instruments.TryGetValue(instrument.Id, out var entry))
            {
                if (_series >= limits.SeriesMax)
                {
                    _lost += points.Count;
                    return;
                }

                entry = new Entry(instrument);
                _instruments.Add(instrument.Id, entry);
            }

            foreach (var point in points)
            {
                Add(entry, point);
            }

            _version++;
        }
    }

    public ImmutableArray<Instrument> Instruments()
    {
        lock (_sync)
        {
            if (_all.Count != _instruments.Count)
            {
                _all = (_instruments.Count, [.. _instruments.Values.Select(entry => entry.Instrument)]);
            }

            return _all.Instruments;
        }
    }

    public ImmutableArray<SeriesView> Series(InstrumentId id)
    {
        lock (_sync)
        {
            return _instruments.TryGetValue(id, out var entry)
                ? [.. entry.Series.Values.Select(series => new SeriesView(series.Attributes, series.Bounds, series.Points))]
                : [];
        }
    }

    /// <summary>The newest first.</summary>
    public ImmutableArray<MetricExemplar> Exemplars(InstrumentId id)
    {
        lock (_sync)
        {
            return _instruments.TryGetValue(id, out var entry) ? [.. entry.Exemplars.Reverse()] : [];
        }
    }

    public void Clear()
    {
        lock (_sync)
        {
            _instruments.Clear();
            _series = 0;
            _all = (0, []);
            _version++;
        }
    }

    private void Add(Entry entry, ReceivedPoint point)
    {
        var identity = point.Attributes.Identity();
        if (!entry.Series.TryGetValue(identity, out var series))
        {
            if (_series >= limits.SeriesMax)
            {
                _lost++;
                return;
            }

            series = new MetricSeries(point.Attributes, limits);
            entry.Series.Add(identity, series);
            _series++;
        }

        series.Add(point.Point, point.Bounds, point.IsDifference);
        foreach (var exemplar in point.Exemplars)
        {
            if (!entry.Exemplars.Contains(exemplar))
            {
                entry.Exemplars.Enqueue(exemplar);
            }

            if (entry.Exemplars.Count > limits.ExemplarsMax)
            {
                entry.Exemplars.Dequeue();
            }
        }
    }

    private sealed class Entry(Instrument instrument)
    {
        public Instrument Instrument => instrument;

        public Dictionary<string, MetricSeries> Series { get; } = [];

        public Queue<MetricExemplar> Exemplars { get; } = new();
    }
}
