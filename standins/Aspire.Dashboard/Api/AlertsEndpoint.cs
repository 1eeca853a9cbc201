using System.Text.Json;
using Aspire.Dashboard.Alerting;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Api;

/// <summary>GET /api/alerts: how every rule stands, and the newest changes of that, as one object of JSON. Times are UTC.</summary>
internal static class AlertsEndpoint
{
    public static void MapAlerts(this IEndpointRouteBuilder routes) => routes.MapGet("/api/alerts", (AlertBoard board) => Results.Bytes(Write(board), "application/json"));

    private static byte[] Write(AlertBoard board)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("firing", board.Firing);
            json.WriteStartArray("rules");
            foreach (var status in board.All)
            {
                json.WriteStartObject();
                WriteStatus(json, status);
                json.WriteString("since", UnixNanos.ToTime(status.Since));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("history");
            foreach (var change in board.History())
            {
                json.WriteStartObject();
                json.WriteString("time", UnixNanos.ToTime(change.Time));
                json.WriteString("before", change.Before.ToString());
                WriteStatus(json, change.Status);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteStatus(Utf8JsonWriter json, AlertStatus status)
    {
        json.WriteString("id", status.Rule.Id);
        json.WriteString("name", status.Rule.Name);
        json.WriteString("condition", status.Rule.Describe(status.Worst?.Unit ?? ""));
        json.WriteString("state", status.State.ToString());
        json.WriteNumber("firingAt", status.FiringTargets);
        if (status.Target is { } target)
        {
            json.WriteString("resource", target);
        }

        json.WriteString("text", status.ValueText);
        if (status.Worst?.Value is { } value && double.IsFinite(value))
        {
            json.WriteNumber("value", value);
        }

        json.WriteString("link", AlertLinks.Of(status));
    }
}
