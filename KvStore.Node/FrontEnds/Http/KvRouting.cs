using System.Diagnostics;
using KvStore.Node.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>
/// Reads the <see cref="KvTarget"/> of requests under /kv from the raw request line and gives routing a path without the key:
/// the path as the server decodes it has lost what bytes the key had.
/// </summary>
/// <remarks>One thing is out of reach: the server itself refuses a zero byte (%00) in a path with an empty 400. As ?key=
/// it works.</remarks>
internal static class KvRouting
{
    public const string ListingPattern = KvTarget.Root;
    public const string KeyPattern = KvTarget.Root + "/{key}";
    public const string IncrementPattern = KeyPattern + "/increment";
    public const string AppendPattern = KeyPattern + "/append";
    public const string ExplainPattern = KeyPattern + "/explain";

    /// <summary>Must come before routing.</summary>
    public static void UseKvRouting(this WebApplication app) => app.Use(static (context, next) =>
    {
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        (string path, string query) = KvTarget.Split(raw);
        if (!KvTarget.IsUnderRoot(path))
        {
            return next(context);
        }

        bool writes = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        if (!KvTarget.TryParse(path, query, out KvTarget target, out RequestFailure? failure))
        {
            return ProblemWriter.WriteAsync(context, writes ? failure!.OfWrite() : failure!);
        }

        if (target.Action == KvAction.Listing && writes)
        {
            failure = RequestFailure.Malformed("There is no key: give it in the path, /kv/{key}, or as ?key=.");
            return ProblemWriter.WriteAsync(context, failure.OfWrite());
        }

        context.Features.Set(target);
        context.Request.Path = PathOf(target.Action);
        HideKey(context.Features.Get<IHttpActivityFeature>()?.Activity, context.Request.Path);
        return next(context);
    });

    private static string PathOf(KvAction action) => action switch
    {
        KvAction.Listing => KvTarget.Root,
        KvAction.Key => KvTarget.Root + "/key",
        KvAction.Increment => KvTarget.Root + "/key/increment",
        KvAction.Append => KvTarget.Root + "/key/append",
        KvAction.Explain => KvTarget.Root + "/key/explain",
        _ => throw new InvariantViolation($"Unknown action {action}"),
    };

    /// <summary>The server has put the request line into its span, and keys must not leave the process that way.</summary>
    private static void HideKey(Activity? span, string path)
    {
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(SpanAttributes.UrlPath, path);
            span.SetTag(SpanAttributes.UrlQuery, null);
        }
    }
}
