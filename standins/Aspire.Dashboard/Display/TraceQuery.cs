using System.Collections.Immutable;
using System.Globalization;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Display;

/// <summary>Which traces a page shows. Field filters hold for a trace in which one span meets all of them.</summary>
internal sealed record TraceQuery(string? Resource, string Text, bool ErrorsOnly, IReadOnlyList<FieldFilter> Filters)
{
    /// <summary>As <see cref="LogQuery.Known"/>; duration is in milliseconds.</summary>
    public static readonly ImmutableArray<string> Known = ["name", "kind", "status", "resource", "scope", "duration", "trace", "span"];

    public List<TraceView> Run(ImmutableArray<TraceView> traces) => [.. traces.Where(Wants)];

    private bool Wants(TraceView trace) =>
        (!ErrorsOnly || trace.Errors > 0)
        && (Resource is null || trace.Parts.Any(part => part.Resource.IsNamed(Resource)))
        && (Text.Length == 0
            || trace.Id.StartsWith(Text, StringComparison.OrdinalIgnoreCase)
            || trace.Spans.Any(span => span.Name.Contains(Text, StringComparison.OrdinalIgnoreCase)))
        && (Filters.All(filter => !filter.IsOn)
            || trace.Spans.Any(span => Filters.All(filter => !filter.IsOn || filter.Holds(name => ValueOf(span, name)))));

    private static string? ValueOf(SpanRecord span, string name) => name switch
    {
        "name" => span.Name,
        "kind" => span.Kind.ToString(),
        "status" => span.Status.ToString(),
        "resource" => span.Resource.Service,
        "scope" => span.Scope,
        "duration" => ((double)span.Duration / UnixNanos.PerMillisecond).ToString(CultureInfo.InvariantCulture),
        "trace" => span.TraceId,
        "span" => span.SpanId,
        _ => span.Attributes.First(name),
    };
}
