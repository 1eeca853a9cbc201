using System.Text.Json;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Api;

/// <summary>
/// What is kept, as OTLP JSON, for programs and for saving: GET /api/telemetry/traces, spans and logs, with ?resource=, ?traceId=,
/// ?limit= (the newest), and ?follow=true, which goes on with one such object a line as more arrives; and GET /api/telemetry/metrics.
/// </summary>
internal static class TelemetryEndpoints
{
    private const int LimitMax = 100_000;
    private const int LimitDefault = 1_000;

    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(500);

    public static void MapTelemetryApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/telemetry");
        api.MapGet("/traces", (HttpContext context, TelemetryStore store, string? resource, string? traceId, int? limit, bool? follow) =>
            TracesAsync(context, store, new TelemetryQuery(resource, traceId, limit ?? LimitDefault), follow == true));
        api.MapGet("/traces/{id}", (HttpContext context, TelemetryStore store, string id) =>
            TracesAsync(context, store, new TelemetryQuery(null, id, LimitMax), follow: false));
        api.MapGet("/spans", (HttpContext context, TelemetryStore store, string? resource, string? traceId, int? limit, bool? follow) =>
            SpansAsync(context, store, new TelemetryQuery(resource, traceId, limit ?? LimitDefault), follow == true));
        api.MapGet("/logs", (HttpContext context, TelemetryStore store, string? resource, string? traceId, int? limit, bool? follow) =>
            LogsAsync(context, store, new TelemetryQuery(resource, traceId, limit ?? LimitDefault), follow == true));
        api.MapMetrics();
    }

    private static Task TracesAsync(HttpContext context, TelemetryStore store, TelemetryQuery query, bool follow) =>
        ServeAsync(context, query, follow, after => after is { } number
            ? store.Traces.Since(number).Where(query.Wants)
            : store.Traces.Newest().Where(trace => trace.Spans.Any(query.Wants)).Take(query.Limit).SelectMany(trace => trace.Spans),
            span => span.Number, OtlpJson.WriteSpans);

    private static Task SpansAsync(HttpContext context, TelemetryStore store, TelemetryQuery query, bool follow) =>
        ServeAsync(
            context, query, follow, after => store.Traces.Since(after ?? 0).Where(query.Wants).TakeLast(query.Limit), span => span.Number, OtlpJson.WriteSpans);

    private static Task LogsAsync(HttpContext context, TelemetryStore store, TelemetryQuery query, bool follow) =>
        ServeAsync(
            context,
            query,
            follow,
            after => store.Logs.All().Where(log => log.Number > (after ?? 0) && query.Wants(log)).TakeLast(query.Limit),
            log => log.Number,
            OtlpJson.WriteLogs);

    private static async Task ServeAsync<T>(
        HttpContext context,
        TelemetryQuery query,
        bool follow,
        Func<long?, IEnumerable<T>> read,
        Func<T, long> numberOf,
        Action<Utf8JsonWriter, IEnumerable<T>> write)
    {
        if (query.Limit is < 1 or > LimitMax)
        {
            await Results.Problem($"limit must be from 1 to {LimitMax}, not {query.Limit}", statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = follow ? "application/x-ndjson" : "application/json";
        List<T> items = [.. read(null)];
        var last = items.Count == 0 ? 0 : items.Max(numberOf);
        await WriteAsync(context, items, write, follow);
        using var timer = new PeriodicTimer(FollowInterval, context.RequestServices.GetRequiredService<TimeProvider>());
        while (follow && await WaitAsync(timer, context.RequestAborted))
        {
            items = [.. read(last)];
            if (items.Count > 0)
            {
                last = items.Max(numberOf);
                await WriteAsync(context, items, write, follow);
            }
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Whoever followed went away.
            return false;
        }
    }

    private static async Task WriteAsync<T>(HttpContext context, List<T> items, Action<Utf8JsonWriter, IEnumerable<T>> write, bool isLine)
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer))
        {
            write(json, items);
        }

        if (isLine)
        {
            buffer.WriteByte((byte)'\n');
        }

        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
