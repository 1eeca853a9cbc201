using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>
/// Puts the trace a request belongs to into its answer, REST and gRPC alike, as <c>traceresponse</c>
/// (version-traceid-spanid-flags, W3C Trace Context 2): whoever complains can say which request it was.
/// </summary>
internal static class TraceResponse
{
    public const string HeaderName = "traceresponse";

    public static void UseTraceResponse(this WebApplication app) => app.Use(static (context, next) =>
    {
        ActivityContext trace = TraceOf(context);
        context.Features.Set(new Trace(trace.TraceId.ToHexString()));
        context.Response.Headers[HeaderName] =
            $"00-{trace.TraceId.ToHexString()}-{trace.SpanId.ToHexString()}-{((trace.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? "01" : "00")}";
        return next(context);
    });

    public static string TraceIdOf(HttpContext context) => context.Features.GetRequiredFeature<Trace>().Id;

    /// <summary>
    /// The request's own span; where it is not traced, the caller's trace, or else ids made for this answer alone, which
    /// still tie the answer to what the member's log says about it.
    /// </summary>
    private static ActivityContext TraceOf(HttpContext context)
    {
        if (Activity.Current is { } activity)
        {
            return activity.Context;
        }

        return ActivityContext.TryParse(context.Request.Headers.TraceParent, context.Request.Headers.TraceState, out ActivityContext parent)
            ? new ActivityContext(parent.TraceId, ActivitySpanId.CreateRandom(), parent.TraceFlags)
            : new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None);
    }

    private sealed record Trace(string Id);
}
