using Aspire.Dashboard.Components.Parts;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Telemetry;
using Microsoft.AspNetCore.Components;

namespace Aspire.Dashboard.Components.Pages;

/// <summary>Structured logs, the newest first. What is shown is in the address.</summary>
public sealed partial class LogsPage : TelemetryPage
{
    private const int NamesFrom = 200;

    /// <summary>Of a replay, before and after a log, in nanoseconds.</summary>
    private const long Margin = 30 * UnixNanos.PerSecond;

    private IReadOnlyList<FieldFilter> _filters = [];
    private List<LogRecord> _found = [];
    private LogRecord? _selected;
    private int _all;

    [SupplyParameterFromQuery(Name = "resource")]
    private string? Resource { get; set; }

    [SupplyParameterFromQuery(Name = "level")]
    private string? Level { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "trace")]
    private string? TraceId { get; set; }

    [SupplyParameterFromQuery(Name = "span")]
    private string? SpanId { get; set; }

    [SupplyParameterFromQuery(Name = "filters")]
    private string? Filters { get; set; }

    /// <summary>Number of the log whose details are open.</summary>
    [SupplyParameterFromQuery(Name = "log")]
    private long? Selected { get; set; }

    [Inject]
    internal UnreadErrors Unread { get; set; } = null!;

    protected override long StoreVersion => Store.Logs.Version;

    private LogLevel Least => Enum.TryParse<LogLevel>(Level, ignoreCase: true, out var level) && Enum.IsDefined(level) ? level : LogLevel.Trace;

    private IEnumerable<string> FieldNames =>
        LogQuery.Known.Concat(_found.Take(NamesFrom).SelectMany(log => log.Attributes).Select(one => one.Name).Distinct().Order());

    private string TraceAddress => $"/traces/{TraceId}" + (SpanId is null ? "" : $"?span={SpanId}");

    private string ExportAddress => "/api/telemetry/logs?limit=100000"
        + (Resource is null ? "" : $"&resource={Uri.EscapeDataString(Resource)}")
        + (TraceId is null ? "" : $"&traceId={TraceId}");

    /// <summary>What led to the log whose details are open, and what came of it.</summary>
    protected override (long From, long To) Window => _selected is { } log ? (log.Time - Margin, log.Time + Margin) : base.Window;

    protected override void Load()
    {
        _filters = FieldFilter.FromText(Filters);
        var logs = View.Logs();
        _all = logs.Length;
        _found = new LogQuery(Resource, Least, Text ?? "", TraceId, SpanId, _filters).Run(logs);
        _selected = Selected is { } number ? logs.FirstOrDefault(log => log.Number == number) : null;
        if (!IsReplaying && Least <= LogLevel.Error && Text is null or "" && _filters.Count == 0 && TraceId is null)
        {
            Unread.Seen(Resource);
        }
    }

    private void Select(LogRecord? log) => Show(("log", log is null || log == _selected ? null : $"{log.Number}"));

    private void AddFilter(Field field) => Show(("filters", FieldFilter.ToText([.. _filters, new FieldFilter(field.Name, FilterCondition.Equal, field.Value)])));

    private static List<Field> OwnFields(LogRecord log) =>
    [
        new("category", log.Category),
        new("time", Figures.Moment(log.Time)),
        .. log.EventName.Length > 0 ? new[] { new Field("event", log.EventName) } : [],
        .. log.TraceId.Length > 0 ? new[] { new Field("trace", log.TraceId), new Field("span", log.SpanId) } : [],
    ];

    private static string Short(LogLevel level) => level switch
    {
        LogLevel.Information => "Info",
        LogLevel.Warning => "Warn",
        LogLevel.Critical => "Crit",
        _ => level.ToString(),
    };
}
