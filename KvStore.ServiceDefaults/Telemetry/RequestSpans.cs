using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace KvStore.ServiceDefaults.Telemetry;

/// <summary>Completes the span ASP.NET Core makes for a request, which ends without a proper name, route or result.</summary>
/// <remarks>
/// By OpenTelemetry's conventions: <c>GET /kv/{key}</c> with status and route for HTTP, <c>package.Service/Method</c> with
/// rpc.… attributes for gRPC, whose server leaves grpc.method and grpc.status_code. A request without a recorded span passes
/// straight through.
/// </remarks>
internal sealed class RequestSpans : IStartupFilter
{
    private const string GrpcMethodTag = "grpc.method";
    private const string GrpcStatusTag = "grpc.status_code";
    private const int GrpcCodesMax = 16;

    // The codes that are the server's fault: unknown, deadline exceeded, unimplemented, internal, unavailable, data loss.
    private static readonly int[] GrpcFailures = [2, 4, 12, 13, 14, 15];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (HttpContext context, RequestDelegate rest) =>
            context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span ? CompleteAsync(span, context, rest) : rest(context));
        next(app);
    };

    private static async Task CompleteAsync(Activity span, HttpContext context, RequestDelegate rest)
    {
        try
        {
            await rest(context);
        }
        catch (Exception failure)
        {
            span.SetTag("error.type", failure.GetType().FullName).SetStatus(ActivityStatusCode.Error, failure.Message);
            throw;
        }
        finally
        {
            if (span.GetTagItem(GrpcMethodTag) is string method)
            {
                DescribeGrpc(span, method);
            }
            else
            {
                DescribeHttp(span, context);
            }
        }
    }

    private static void DescribeHttp(Activity span, HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        span.SetTag("http.route", route);
        if (span.Status == ActivityStatusCode.Error)
        {
            // The exception passes on to the server, which only now decides for 500 or to abort.
            return;
        }

        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
        }
    }

    private static void DescribeGrpc(Activity span, string method)
    {
        var name = method.TrimStart('/');
        var slash = name.LastIndexOf('/');
        span.DisplayName = name;
        span.SetTag(GrpcMethodTag, null).SetTag("rpc.system", "grpc");
        if (slash > 0)
        {
            span.SetTag("rpc.service", name[..slash]).SetTag("rpc.method", name[(slash + 1)..]);
        }

        if (int.TryParse(span.GetTagItem(GrpcStatusTag) as string, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= GrpcCodesMax)
        {
            span.SetTag(GrpcStatusTag, null).SetTag("rpc.grpc.status_code", code);
            if (GrpcFailures.Contains(code))
            {
                span.SetStatus(ActivityStatusCode.Error);
            }
        }
    }
}
