using System.Text.Json;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Api;

/// <summary>
/// GET /api/telemetry/metrics: what is kept of instruments, as one object of OTLP JSON, with ?resource=, ?instrument= and ?limit=, the
/// newest points of each series. Written an instrument at a time, because all of it would not fit into memory twice.
/// </summary>
/// <remarks>There is nothing to follow: points are totals, so that whoever asks again later misses none.</remarks>
internal static class MetricsEndpoint
{
    /// <summary>More than a series keeps.</summary>
    private const int LimitMax = 10_000;

    private const int LimitDefault = 100;

    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", ServeAsync);

    private static async Task ServeAsync(HttpContext context, TelemetryStore store, string? resource, string? instrument, int? limit)
    {
        var newest = limit ?? LimitDefault;
        if (newest is < 1 or > LimitMax)
        {
            await Results.Problem($"limit must be from 1 to {LimitMax}, not {newest}", statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("resourceMetrics");
        foreach (var group in store.Metrics.Instruments()
            .Where(one => (resource is null || one.Id.Resource.IsNamed(resource)) && (instrument is null || one.Id.Name == instrument))
            .GroupBy(one => one.Id.Resource))
        {
            json.WriteStartObject();
            json.WriteStartObject("resource");
            OtlpJson.WriteAttributes(json, group.Key.Attributes);
            json.WriteEndObject();
            json.WriteStartArray("scopeMetrics");
            foreach (var meter in group.GroupBy(one => one.Id.Meter))
            {
                json.WriteStartObject();
                json.WriteStartObject("scope");
                json.WriteString("name", meter.Key);
                json.WriteEndObject();
                json.WriteStartArray("metrics");
                foreach (var one in meter)
                {
                    OtlpMetricJson.Write(json, one, store.Metrics.Series(one.Id), newest);
                    await json.FlushAsync(context.RequestAborted);
                    await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
