using System.Collections.Immutable;
using Aspire.Dashboard.Components.Parts;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Telemetry;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Pages;

/// <summary>One trace as a waterfall, with the details of a span beside it.</summary>
public sealed partial class TracePage : TelemetryPage
{
    private const int Ticks = 4;

    /// <summary>Of the trace's length; what a duration takes on a screen that is not narrow.</summary>
    private const double LabelRoom = 0.14;

    /// <summary>Of a replay, before and after the trace, in nanoseconds.</summary>
    private const long Margin = 15 * UnixNanos.PerSecond;

    private TraceView? _trace;
    private List<WaterfallRow> _rows = [];
    private ImmutableHashSet<string> _folded = [];
    private SpanRecord? _selected;
    private int _logs;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "span")]
    private string? Selected { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    private string? Text { get; set; }

    protected override long StoreVersion => Store.Traces.Version + Store.Logs.Version;

    /// <summary>Of a trace, what led to it and what came of it.</summary>
    protected override (long From, long To) Window => _trace is { } trace ? (trace.Start - Margin, trace.End + Margin) : base.Window;

    protected override void Load()
    {
        var view = View;
        _trace = view.Trace(Id.ToLowerInvariant());
        if (_trace is null)
        {
            return;
        }

        List<LogRecord> logs = [.. view.Logs().Where(log => log.TraceId == _trace.Id)];
        _logs = logs.Count;
        _rows = WaterfallLayout.Of(_trace, _folded, logs);
        if (Text is { Length: > 0 } text)
        {
            _rows.RemoveAll(row => !row.Span.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
                && !row.Span.Resource.Service.Contains(text, StringComparison.OrdinalIgnoreCase));
        }

        _selected = Selected is null ? null : _trace.Find(Selected);
    }

    private void Select(SpanRecord? span) => Show(("span", span is null || span == _selected ? null : span.SpanId));

    private void Fold(SpanRecord span)
    {
        _folded = _folded.Contains(span.SpanId) ? _folded.Remove(span.SpanId) : _folded.Add(span.SpanId);
        Load();
    }

    private void ToggleAll()
    {
        _folded = _folded.Count > 0 ? [] : WaterfallLayout.Foldable(_trace!);
        Load();
    }

    /// <summary>Beside the bar where there is room, else on it.</summary>
    private static string PlaceOfLabel(WaterfallRow row) => (row.Left, row.Left + row.Width) switch
    {
        ( < LabelRoom, > 1 - LabelRoom) => "whole",
        var (left, right) when left > 1 - right => "late",
        _ => "",
    };

    private string ClassOf(WaterfallRow row) =>
        (row.Span.SpanId == _selected?.SpanId ? "selected " : "") + (row.Span.IsError ? "failed " : "") + (row.IsOrphan ? "orphan" : "");
}
