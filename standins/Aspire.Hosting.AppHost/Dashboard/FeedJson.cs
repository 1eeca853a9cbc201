using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard is told, one JSON object a line. The dashboard's Feed/ reads it.</summary>
internal static class FeedJson
{
    public static string Application(string name) => new JsonObject { ["application"] = name }.ToJsonString();

    public static string Console(string resourceId, IReadOnlyList<LogLine> lines) =>
        new JsonObject
        {
            ["console"] = new JsonObject
            {
                ["resourceId"] = resourceId,
                ["lines"] = Array(
                    lines,
                    line => new JsonObject { ["number"] = line.LineNumber, ["text"] = line.Content, ["isError"] = line.IsErrorMessage }
                ),
            },
        }.ToJsonString();

    public static string Resource(ResourceEvent change)
    {
        var snapshot = change.Snapshot;
        return new JsonObject
        {
            ["resource"] = new JsonObject
            {
                ["id"] = change.ResourceId,
                ["name"] = change.Resource.Name,
                ["type"] = snapshot.ResourceType,
                ["state"] = snapshot.State?.Text,
                ["health"] = snapshot.HealthStatus?.ToString(),
                ["exitCode"] = snapshot.ExitCode,
                ["created"] = snapshot.CreationTimeStamp,
                ["started"] = snapshot.StartTimeStamp,
                ["stopped"] = snapshot.StopTimeStamp,
                ["isHidden"] = snapshot.IsHidden,
                ["urls"] = Array(snapshot.Urls, Url),
                ["environment"] = Array(
                    snapshot.EnvironmentVariables,
                    one => new JsonObject { ["name"] = one.Name, ["value"] = one.Value, ["isFromSpec"] = one.IsFromSpec }
                ),
                ["properties"] = Array(
                    snapshot.Properties,
                    one => new JsonObject { ["name"] = one.Name, ["value"] = Text(one.Value), ["isSensitive"] = one.IsSensitive }
                ),
                ["healthReports"] = Array(snapshot.HealthReports, Report),
                ["commands"] = Array(snapshot.Commands.Where(IsForPeople), Command),
                ["relationships"] = Array(
                    snapshot.Relationships,
                    one => new JsonObject { ["resourceName"] = one.ResourceName, ["type"] = one.Type }
                ),
                ["volumes"] = Array(
                    snapshot.Volumes,
                    one => new JsonObject
                    {
                        ["source"] = one.Source,
                        ["target"] = one.Target,
                        ["mountType"] = one.MountType,
                        ["isReadOnly"] = one.IsReadOnly,
                    }
                ),
            },
        }.ToJsonString();
    }

    public static JsonObject Outcome(ExecuteCommandResult result) =>
        new() { ["succeeded"] = result.Success, ["message"] = result.Canceled ? "It was given up." : result.Message };

    private static bool IsForPeople(ResourceCommandSnapshot command) =>
        command.State != ResourceCommandState.Hidden && command.Visibility.HasFlag(ResourceCommandVisibility.UI);

    private static JsonObject Url(UrlSnapshot url) =>
        new()
        {
            ["name"] = url.Name,
            ["url"] = url.Url,
            ["text"] = url.DisplayProperties.DisplayName is { Length: > 0 } text ? text : null,
            ["isInactive"] = url.IsInactive,
            ["isInternal"] = url.IsInternal,
        };

    private static JsonObject Report(HealthReportSnapshot report) =>
        new()
        {
            ["name"] = report.Name,
            ["status"] = report.Status?.ToString(),
            ["description"] = report.Description,
            ["exception"] = report.ExceptionText,
            ["lastRun"] = report.LastRunAt,
        };

    private static JsonObject Command(ResourceCommandSnapshot command) =>
        new()
        {
            ["name"] = command.Name,
            ["displayName"] = command.DisplayName,
            ["description"] = command.DisplayDescription,
            ["confirmation"] = command.ConfirmationMessage,
            ["isEnabled"] = command.State == ResourceCommandState.Enabled,
            ["isHighlighted"] = command.IsHighlighted,
        };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonObject> write) => [.. items.Select(write)];

    private static string Text(object? value) =>
        value switch
        {
            null => string.Empty,
            string text => text,
            IEnumerable<string> texts => string.Join(' ', texts),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => JsonSerializer.Serialize(value),
        };
}
