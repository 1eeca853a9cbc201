using System.Text;
using KvStore.Tests.Cluster.Otlp;
using KvStore.Tests.ServiceDefaults.Telemetry;

namespace KvStore.Tests.Cluster;

/// <summary>The spans of one trace as they were exported, whichever process they come from.</summary>
internal sealed class ReceivedTrace
{
    private readonly List<(string Service, Span Span)> _spans;

    private ReceivedTrace(List<(string Service, Span Span)> spans) => _spans = spans;

    /// <param name="traceId">32 hexadecimal digits.</param>
    public static ReceivedTrace Find(OtlpReceiver receiver, string traceId)
    {
        byte[] id = Convert.FromHexString(traceId);
        return new ReceivedTrace([.. All(receiver).Where(each => each.Span.TraceId.Span.SequenceEqual(id))]);
    }

    /// <summary>Spans of any trace that are linked to a span of this one, a line each.</summary>
    public static IReadOnlyList<string> Linked(OtlpReceiver receiver, string traceId)
    {
        byte[] id = Convert.FromHexString(traceId);
        return [.. from each in All(receiver)
            where each.Span.Links.Any(link => link.TraceId.Span.SequenceEqual(id))
            select Line(each.Service, each.Span)];
    }

    /// <summary>Spans of any trace whose name begins so, a line each.</summary>
    public static IReadOnlyList<string> Named(OtlpReceiver receiver, string begin) =>
        [.. from each in All(receiver) where each.Span.Name.StartsWith(begin, StringComparison.Ordinal) select Line(each.Service, each.Span)];

    /// <summary>The traces that a span with this line is in.</summary>
    public static IReadOnlyList<string> IdsWith(OtlpReceiver receiver, string line) =>
        [.. All(receiver).Where(each => Line(each.Service, each.Span) == line).Select(each => Convert.ToHexStringLower(each.Span.TraceId.Span)).Distinct()];

    /// <summary>
    /// The tree below a span that is not in it, one line a span: service, kind and name, indented by its depth and in order of
    /// the lines. What hangs on no known parent comes last, marked.
    /// </summary>
    /// <param name="rootId">16 hexadecimal digits.</param>
    public string Describe(string rootId)
    {
        StringBuilder text = new();
        HashSet<string> seen = [];
        Append(text, rootId, depth: 0, seen);
        foreach ((string service, Span span) in _spans.Where(span => !seen.Contains(IdOf(span.Span))))
        {
            text.AppendLine($"lost: {Line(service, span)}");
        }

        return text.ToString().TrimEnd();
    }

    private static IEnumerable<(string Service, Span Span)> All(OtlpReceiver receiver) =>
        from body in receiver.Bodies("/v1/traces")
        from resource in ExportedTraces.Parser.ParseFrom(body).ResourceSpans
        from scope in resource.ScopeSpans
        from span in scope.Spans
        select (ServiceOf(resource), span);

    private void Append(StringBuilder text, string parentId, int depth, HashSet<string> seen)
    {
        foreach ((string service, Span span) in _spans
            .Where(span => Convert.ToHexStringLower(span.Span.ParentSpanId.Span) == parentId)
            .OrderBy(span => Line(span.Service, span.Span), StringComparer.Ordinal))
        {
            if (seen.Add(IdOf(span)))
            {
                text.Append(' ', 2 * depth).AppendLine(Line(service, span));
                Append(text, IdOf(span), depth + 1, seen);
            }
        }
    }

    private static string IdOf(Span span) => Convert.ToHexStringLower(span.SpanId.Span);

    private static string Line(string service, Span span) => $"{service} {span.Kind}: {span.Name}";

    private static string ServiceOf(ResourceSpans resource) =>
        resource.Resource.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value.StringValue ?? "unnamed";
}
