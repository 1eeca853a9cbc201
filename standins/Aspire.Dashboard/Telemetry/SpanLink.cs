using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <summary>To a span that has to do with this one and is not its parent.</summary>
public sealed record SpanLink(string TraceId, string SpanId, ImmutableArray<Field> Attributes);
