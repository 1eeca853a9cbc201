using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>
/// Instruments, their series and points. Bounded in series and in points of each: a series too many takes the place of one that
/// nothing was added to for long, as those of processes that ended, or is dropped where there is none.
/// </summary>
public sealed class MetricTable(TelemetryLimits limits)
{
    /// <summary>Without a point for so long a series may go, in nanoseconds between its newest point and the one that needs room.</summary>
    public const long StaleAfter = 10 * 60 * UnixNanos.PerSecond;

    private readonly Lock _sync = new();
    private readonly Dictionary<InstrumentId, Entry> _instruments = [];
    private int _series;
    private long _version;
    private long _lost;
    private long _nothingStaleBefore;
    private long _instrumentsVersion;
    private (long Version, ImmutableArray<Instrument> Instruments) _all = (0, []);

    public long Version => Volatile.Read(ref _version);

    /// <summary>Points that came for a series beyond the limit, and those of series that went.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public int SeriesCount => Volatile.Read(ref _series);

    public void Add(Instrument instrument, IReadOnlyCollection<ReceivedPoint> points)
    {
        lock (_sync)
        {
            if (!_instruments.TryGetValue(instrument.Id, out var entry))
            {
                if (!HasRoom(points.Count == 0 ? 0 : points.Max(point => point.Point.Time), keep: null))
                {
                    _lost += points.Count;
                    return;
                }

                entry = new Entry(instrument);
                _instruments.Add(instrument.Id, entry);
                _instrumentsVersion++;
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
            if (_all.Version != _instrumentsVersion)
            {
                _all = (_instrumentsVersion, [.. _instruments.Values.Select(entry => entry.Instrument)]);
            }

            return _all.Instruments;
        }
    }

    public ImmutableArray<SeriesView> Series(InstrumentId id)
    {
        lock (_sync)
        {
            return _instruments.TryGetValue(id, out var entry)
                ? [.. entry.Series.Select(series => ViewOf(series.Key, series.Value, entry))]
                : [];
        }
    }

    /// <summary>The newest first.</summary>
    public ImmutableArray<MetricExemplar> Exemplars(InstrumentId id)
    {
        lock (_sync)
        {
            return _instruments.TryGetValue(id, out var entry) ? [.. entry.Exemplars.Reverse().Select(one => one.Exemplar)] : [];
        }
    }

    public void Clear()
    {
        lock (_sync)
        {
            _instruments.Clear();
            _series = 0;
            _instrumentsVersion++;
            _nothingStaleBefore = 0;
            _version++;
        }
    }

    /// <summary>Makes room for a series whose first point has this time, if it can.</summary>
    /// <param name="keep">The series' own instrument, of which none goes.</param>
    private bool HasRoom(long time, Entry? keep)
    {
        if (_series < limits.SeriesMax)
        {
            return true;
        }

        if (time < _nothingStaleBefore)
        {
            return false;
        }

        var (from, name) = Oldest(keep);
        if (from is null || from.Series[name].LastTime + StaleAfter > time)
        {
            // Every series of too many must not look at all there are.
            _nothingStaleBefore = (from?.Series[name].LastTime ?? time) + StaleAfter;
            return false;
        }

        _lost += from.Series[name].Points.Length;
        from.Series.Remove(name);
        _series--;
        if (from.Series.Count == 0)
        {
            _instruments.Remove(from.Instrument.Id);
            _instrumentsVersion++;
        }

        return true;
    }

    private (Entry? From, string Name) Oldest(Entry? keep)
    {
        (Entry? From, string Name) oldest = (null, "");
        var at = long.MaxValue;
        foreach (var entry in _instruments.Values.Where(entry => entry != keep))
        {
            foreach (var (name, series) in entry.Series)
            {
                (oldest, at) = series.LastTime < at ? ((entry, name), series.LastTime) : (oldest, at);
            }
        }

        return oldest;
    }

    private void Add(Entry entry, ReceivedPoint point)
    {
        var identity = point.Attributes.Identity();
        if (!entry.Series.TryGetValue(identity, out var series))
        {
            if (!HasRoom(point.Point.Time, entry))
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
            if (!entry.Exemplars.Contains((identity, exemplar)))
            {
                entry.Exemplars.Enqueue((identity, exemplar));
            }

            if (entry.Exemplars.Count > limits.ExemplarsMax)
            {
                entry.Exemplars.Dequeue();
            }
        }
    }

    private static SeriesView ViewOf(string name, MetricSeries series, Entry entry) => new(series.Attributes, series.Bounds, series.Points)
    {
        Exemplars = [.. entry.Exemplars.Where(one => one.Series == name).Select(one => one.Exemplar)],
    };

    private sealed class Entry(Instrument instrument)
    {
        public Instrument Instrument => instrument;

        public Dictionary<string, MetricSeries> Series { get; } = [];

        public Queue<(string Series, MetricExemplar Exemplar)> Exemplars { get; } = new();
    }
}
