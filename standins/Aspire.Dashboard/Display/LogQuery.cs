using System.Collections.Immutable;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>Which logs a page shows. A pure function of them.</summary>
internal sealed record LogQuery(
    string? Resource, LogLevel Level, string Text, string? TraceId, string? SpanId, IReadOnlyList<FieldFilter> Filters)
{
    /// <summary>Fields that every log has, by the names under which a filter finds them; others are attributes.</summary>
    public static readonly ImmutableArray<string> Known = ["message", "category", "resource", "level", "event", "trace", "span"];

    /// <summary>The newest first, by their own times: processes send what they logged in bundles, one after the other.</summary>
    public List<LogRecord> Run(ImmutableArray<LogRecord> logs) =>
        [.. logs.Where(Wants).OrderByDescending(log => log.Time).ThenByDescending(log => log.Number)];

    public bool Wants(LogRecord log) =>
        log.Level >= Level
        && (TraceId is null || log.TraceId == TraceId)
        && (SpanId is null || log.SpanId == SpanId)
        && (Resource is null || log.Resource.IsNamed(Resource))
        && (Text.Length == 0
            || log.Message.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || log.Category.Contains(Text, StringComparison.OrdinalIgnoreCase))
        && Filters.All(filter => !filter.IsOn || filter.Holds(name => ValueOf(log, name)));

    internal static string? ValueOf(LogRecord log, string name) => name switch
    {
        "message" => log.Message,
        "category" => log.Category,
        "resource" => log.Resource.Service,
        "level" => log.Level.ToString(),
        "event" => log.EventName.Length > 0 ? log.EventName : log.Attributes.First("event.name", "EventName"),
        "trace" => log.TraceId,
        "span" => log.SpanId,
        _ => log.Attributes.First(name),
    };
}
