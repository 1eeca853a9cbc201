using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>A trace as far as it has arrived: its spans in the order of their starts, never empty.</summary>
public sealed class TraceView
{
    public TraceView(string id, ImmutableArray<SpanRecord> spans)
    {
        Id = id;
        Spans = spans;
        Start = spans[0].Start;
        End = spans.Max(span => span.End);
        Errors = spans.Count(span => span.IsError);
        Root = spans.FirstOrDefault(span => span.ParentId.Length == 0) ?? spans[0];
        Parts =
        [
            .. spans.GroupBy(span => span.Resource)
                .Select(group => new TracePart(group.Key, group.Count(), group.Count(span => span.IsError), group.Min(span => span.Start)))
                .OrderBy(part => part.FirstStart),
        ];
    }

    public string Id { get; }

    public ImmutableArray<SpanRecord> Spans { get; }

    /// <summary>The first without a parent; of a trace whose root has not come, the earliest.</summary>
    public SpanRecord Root { get; }

    public bool HasRoot => Root.ParentId.Length == 0;

    /// <summary>Nanoseconds since 1970.</summary>
    public long Start { get; }

    public long End { get; }

    /// <summary>Nanoseconds.</summary>
    public long Duration => End - Start;

    public int Errors { get; }

    /// <summary>What each resource had to do with it, in the order in which they came in.</summary>
    public ImmutableArray<TracePart> Parts { get; }

    public SpanRecord? Find(string spanId) => Spans.FirstOrDefault(span => span.SpanId == spanId);
}
