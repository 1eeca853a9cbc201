using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>
/// Spans by trace. Spans come in any order and from anywhere, some of them never; a trace is whatever has arrived of it.
/// Bounded: the trace that was begun longest ago goes first.
/// </summary>
public sealed class TraceTable(TelemetryLimits limits)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, Entry> _traces = [];
    private readonly LinkedList<Entry> _byArrival = new();
    private readonly Dictionary<string, ImmutableArray<SpanRecord>> _linking = [];
    private int _spans;
    private long _lastNumber;
    private long _version;
    private long _tracesLost;
    private long _spansLost;
    private (long Version, ImmutableArray<TraceView> Traces) _newest = (0, []);

    public long Version => Volatile.Read(ref _version);

    public int SpanCount => Volatile.Read(ref _spans);

    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _traces.Count;
            }
        }
    }

    public (long Traces, long Spans) Lost
    {
        get
        {
            lock (_sync)
            {
                return (_tracesLost, _spansLost);
            }
        }
    }

    /// <summary>The number of the next span to arrive.</summary>
    public long NextNumber() => Interlocked.Increment(ref _lastNumber);

    /// <summary>Spans that arrived after the one of this number, in the order of arrival.</summary>
    public ImmutableArray<SpanRecord> Since(long number)
    {
        lock (_sync)
        {
            return [.. _traces.Values.SelectMany(entry => entry.Spans.Values).Where(span => span.Number > number).OrderBy(span => span.Number)];
        }
    }

    public void Add(IReadOnlyCollection<SpanRecord> spans)
    {
        lock (_sync)
        {
            foreach (var span in spans)
            {
                Add(span);
            }

            while (_traces.Count > limits.TracesMax || (_spans > limits.SpansMax && _traces.Count > 1))
            {
                _tracesLost++;
                Remove(_byArrival.First!.Value);
            }

            _version++;
        }
    }

    /// <summary>Null if nothing of it is here.</summary>
    public TraceView? Find(string traceId)
    {
        lock (_sync)
        {
            return _traces.GetValueOrDefault(traceId)?.View;
        }
    }

    /// <summary>All, the newest first.</summary>
    public ImmutableArray<TraceView> Newest()
    {
        lock (_sync)
        {
            if (_newest.Version != _version)
            {
                _newest = (_version, [.. _traces.Values.Select(entry => entry.View).OrderByDescending(trace => trace.Start)]);
            }

            return _newest.Traces;
        }
    }

    /// <summary>Spans with a link to this one.</summary>
    public ImmutableArray<SpanRecord> LinkingTo(string traceId, string spanId)
    {
        lock (_sync)
        {
            return _linking.GetValueOrDefault(LinkKey(traceId, spanId), []);
        }
    }

    public void Clear()
    {
        lock (_sync)
        {
            _traces.Clear();
            _byArrival.Clear();
            _linking.Clear();
            _spans = 0;
            _version++;
        }
    }

    private static string LinkKey(string traceId, string spanId) => $"{traceId}/{spanId}";

    private void Add(SpanRecord span)
    {
        if (!_traces.TryGetValue(span.TraceId, out var entry))
        {
            entry = new Entry(span.TraceId);
            _traces.Add(span.TraceId, entry);
            entry.Place = _byArrival.AddLast(entry);
        }

        if (entry.Spans.Count >= limits.SpansPerTraceMax)
        {
            _spansLost++;
            return;
        }

        // An exporter that got no answer sends again.
        if (!entry.Spans.TryAdd(span.SpanId, span))
        {
            return;
        }

        entry.Changed();
        _spans++;
        foreach (var link in span.Links)
        {
            var key = LinkKey(link.TraceId, link.SpanId);
            _linking[key] = _linking.GetValueOrDefault(key, []).Add(span);
        }
    }

    private void Remove(Entry entry)
    {
        _traces.Remove(entry.Id);
        _byArrival.Remove(entry.Place!);
        _spans -= entry.Spans.Count;
        _spansLost += entry.Spans.Count;
        foreach (var span in entry.Spans.Values)
        {
            foreach (var key in span.Links.Select(link => LinkKey(link.TraceId, link.SpanId)))
            {
                var left = _linking.GetValueOrDefault(key, []).Remove(span);
                if (left.IsEmpty)
                {
                    _linking.Remove(key);
                }
                else
                {
                    _linking[key] = left;
                }
            }
        }
    }

    private sealed class Entry(string id)
    {
        private TraceView? _view;

        public string Id => id;

        public Dictionary<string, SpanRecord> Spans { get; } = [];

        public LinkedListNode<Entry>? Place { get; set; }

        public TraceView View => _view ??= new TraceView(id, [.. Spans.Values.OrderBy(span => span.Start).ThenBy(span => span.End)]);

        public void Changed() => _view = null;
    }
}
