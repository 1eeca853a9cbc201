using System.Collections;
using System.Reflection;
using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard as a program: it is built with this library, which keeps where.</summary>
internal static class DashboardProgram
{
    private const string OutputPrefix = "projectoutput:";
    private const string ProjectFile = "Aspire.Dashboard.csproj";

    // They are about this program; the dashboard has its own addresses and sends no telemetry.
    private static readonly string[] NotInherited = ["ASPNETCORE_", "DOTNET_LAUNCH_PROFILE", "DOTNET_ENVIRONMENT", "OTEL_", "ASPIRE_", "DASHBOARD_"];

    // But for where it is to keep telemetry, which nobody else could tell it.
    private const string Inherits = "DASHBOARD__TELEMETRYSTORE__";

    /// <exception cref="DistributedApplicationException">It has not been built.</exception>
    public static LaunchPlan Plan(DashboardSettings settings, Uri feed, string feedKey, string application)
    {
        var output = typeof(DashboardProgram)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(one => one.Key.StartsWith(OutputPrefix, StringComparison.Ordinal) && one.Key.EndsWith(ProjectFile, StringComparison.Ordinal))
            ?.Value;
        if (!File.Exists(output))
        {
            throw new DistributedApplicationException($"The dashboard has not been built: there is no {output ?? ProjectFile}.");
        }
        var own = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = DashboardSettings.Text(settings.Frontend),
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = DashboardSettings.Text(settings.OtlpGrpc),
            ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = DashboardSettings.Text(settings.OtlpHttp),
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = DashboardSettings.Text(feed),
            ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = feedKey,
            ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = settings.BrowserToken,
            ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = settings.OtlpKey,
            ["DASHBOARD__APPLICATIONNAME"] = application,
        };
        var environment = Inherited();
        if (DotNetHost.Root.Length > 0)
        {
            environment.TryAdd("DOTNET_ROOT", DotNetHost.Root);
        }
        foreach (var (name, value) in own)
        {
            environment[name] = value;
        }
        return new LaunchPlan(DotNetHost.Path, [output], Path.GetDirectoryName(output)!, environment, own.Keys.ToHashSet());
    }

    private static Dictionary<string, string> Inherited() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(variable => (Name: (string)variable.Key, Value: (string?)variable.Value ?? string.Empty))
            .Where(variable => variable.Name.StartsWith(Inherits, StringComparison.OrdinalIgnoreCase)
                || !NotInherited.Any(prefix => variable.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
}
