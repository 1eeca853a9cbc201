using Aspire.Dashboard.Otlp.Wire;
using Aspire.Dashboard.Telemetry;
using Google.Protobuf;
using SpanKind = Aspire.Dashboard.Telemetry.SpanKind;

namespace Aspire.Dashboard.Otlp;

/// <summary>Spans of a request into the store.</summary>
internal sealed class TraceIntake(TelemetryStore store, TelemetryJournal? journal = null)
{
    private readonly FieldReader _fields = new(store.Limits);

    public IntakeResult Take(ExportTraceServiceRequest request)
    {
        List<SpanRecord> spans = [];
        var rejected = 0L;
        var why = "";
        foreach (var group in request.ResourceSpans)
        {
            var resource = store.Resources.Find(_fields.Read((group.Resource ?? new Resource()).Attributes));
            foreach (var scope in group.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    if (TryRead(span, resource, scope.Scope?.Name ?? "", out var record, out var problem))
                    {
                        spans.Add(record);
                    }
                    else
                    {
                        rejected++;
                        why = why.Length == 0 ? problem : why;
                    }
                }
            }
        }

        store.Traces.Add(spans);
        journal?.Keep(TelemetrySignal.Traces, request.ToByteArray());
        return new IntakeResult(rejected, why);
    }

    private static SpanStatus StatusOf(Span span) => span.Status?.Code switch
    {
        Status.Types.StatusCode.Ok => SpanStatus.Ok,
        Status.Types.StatusCode.Error => SpanStatus.Error,
        _ => SpanStatus.Unset,
    };

    private bool TryRead(Span span, TelemetryResource resource, string scope, out SpanRecord record, out string problem)
    {
        record = null!;
        if (!WireIds.TryTrace(span.TraceId, out var traceId))
        {
            problem = $"span '{_fields.Cut(span.Name)}': trace_id must be 16 bytes and not all zero, it has {span.TraceId.Length}";
            return false;
        }

        if (!WireIds.TrySpan(span.SpanId, out var spanId))
        {
            problem = $"span '{_fields.Cut(span.Name)}': span_id must be 8 bytes and not all zero, it has {span.SpanId.Length}";
            return false;
        }

        problem = "";
        _ = WireIds.TrySpan(span.ParentSpanId, out var parentId);
        var start = UnixNanos.Read(span.StartTimeUnixNano);
        record = new SpanRecord
        {
            Number = store.Traces.NextNumber(),
            Resource = resource,
            TraceId = traceId,
            SpanId = spanId,
            ParentId = parentId,
            Name = _fields.Cut(span.Name),
            Kind = Enum.IsDefined((SpanKind)span.Kind) ? (SpanKind)span.Kind : SpanKind.Unspecified,
            Start = start,
            // A clock that was set back in between makes no span of negative length.
            End = Math.Max(start, UnixNanos.Read(span.EndTimeUnixNano)),
            Scope = _fields.Cut(scope),
            Status = StatusOf(span),
            StatusMessage = _fields.Cut(span.Status?.Message ?? ""),
            Attributes = _fields.Read(span.Attributes),
            Events =
            [
                .. span.Events.Take(store.Limits.EventsMax)
                    .Select(item => new SpanEvent(UnixNanos.Read(item.TimeUnixNano), _fields.Cut(item.Name), _fields.Read(item.Attributes))),
            ],
            Links =
            [
                .. from link in span.Links.Take(store.Limits.LinksMax)
                where WireIds.TryTrace(link.TraceId, out _) && WireIds.TrySpan(link.SpanId, out _)
                select new SpanLink(
                    Convert.ToHexStringLower(link.TraceId.Span), Convert.ToHexStringLower(link.SpanId.Span), _fields.Read(link.Attributes)),
            ],
        };
        return true;
    }
}
