using System.Collections.Immutable;

namespace Aspire.Dashboard.Telemetry;

/// <param name="Time">Nanoseconds since 1970.</param>
public sealed record SpanEvent(long Time, string Name, ImmutableArray<Field> Attributes);
