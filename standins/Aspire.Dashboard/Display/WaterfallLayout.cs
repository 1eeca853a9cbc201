using System.Collections.Immutable;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>
/// The lines of a trace's waterfall: children below their parents, in the order of their starts. A pure function of what has
/// arrived. A span whose parent has not arrived stands as a root and is marked; spans that name each other as parents, which
/// only a broken sender makes, stand as roots too, so that every span has its line.
/// </summary>
internal sealed class WaterfallLayout
{
    private const int DepthMax = 256;

    private readonly TraceView _trace;
    private readonly IReadOnlySet<string> _folded;
    private readonly Dictionary<string, SpanRecord> _byId;
    private readonly ILookup<string, SpanRecord> _children;
    private readonly ILookup<string, LogRecord> _logs;
    private readonly HashSet<string> _placed = [];
    private readonly List<WaterfallRow> _rows = [];

    private WaterfallLayout(TraceView trace, IReadOnlySet<string> folded, IEnumerable<LogRecord> logs)
    {
        _trace = trace;
        _folded = folded;
        _byId = trace.Spans.ToDictionary(span => span.SpanId);
        _children = trace.Spans.Where(span => span.ParentId.Length > 0).ToLookup(span => span.ParentId);
        _logs = logs.ToLookup(log => log.SpanId);
    }

    /// <param name="folded">Ids of spans whose children are not shown.</param>
    public static List<WaterfallRow> Of(TraceView trace, IReadOnlySet<string> folded, IEnumerable<LogRecord> logs)
    {
        var layout = new WaterfallLayout(trace, folded, logs);
        foreach (var root in trace.Spans.Where(span => !layout._byId.ContainsKey(span.ParentId)))
        {
            layout.Place(root, 0, isShown: true);
        }

        foreach (var rest in trace.Spans)
        {
            layout.Place(rest, 0, isShown: true);
        }

        return layout._rows;
    }

    /// <summary>Ids of all spans with children.</summary>
    public static ImmutableHashSet<string> Foldable(TraceView trace) =>
        [.. trace.Spans.Select(span => span.ParentId).Where(id => id.Length > 0)];

    /// <returns>How many spans it placed.</returns>
    private int Place(SpanRecord span, int depth, bool isShown)
    {
        if (!_placed.Add(span.SpanId))
        {
            return 0;
        }

        var line = _rows.Count;
        if (isShown)
        {
            _rows.Add(null!);
        }

        var isUnfolded = isShown && !_folded.Contains(span.SpanId);
        var below = depth < DepthMax ? _children[span.SpanId].Sum(child => Place(child, depth + 1, isUnfolded)) : 0;
        if (isShown)
        {
            _rows[line] = Row(span, depth, isUnfolded ? 0 : below);
        }

        return below + 1;
    }

    private WaterfallRow Row(SpanRecord span, int depth, int hidden)
    {
        var parent = _byId.GetValueOrDefault(span.ParentId);
        return new WaterfallRow(
            span,
            depth,
            _children.Contains(span.SpanId),
            hidden,
            Place(span.Start),
            _trace.Duration == 0 ? 1 : (double)span.Duration / _trace.Duration,
            span.ParentId.Length > 0 && parent is null,
            parent is not null && span.Start < parent.Start,
            PeerOf(span),
            [.. _logs[span.SpanId].Select(log => new LogMark(log, Math.Clamp(Place(log.Time), 0, 1)))]);
    }

    private double Place(long time) => _trace.Duration == 0 ? 0 : (double)(time - _trace.Start) / _trace.Duration;

    /// <summary>Of a call that left the process and that nobody continued: whom it says it called.</summary>
    private string? PeerOf(SpanRecord span) =>
        span.Kind is SpanKind.Client or SpanKind.Producer && !_children[span.SpanId].Any(child => child.Resource != span.Resource)
            ? span.Attributes.First("peer.service", "db.system.name", "db.system", "messaging.system", "rpc.system", "server.address", "net.peer.name")
            : null;
}
