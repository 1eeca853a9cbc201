using System.Globalization;
using System.Security.Cryptography;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard;

/// <summary>What a dashboard is told by its environment. The keys are those of upstream's dashboard.</summary>
internal sealed record DashboardOptions
{
    private const string FrontendDefault = "http://localhost:18888";
    private const string OtlpGrpcDefault = "http://localhost:18889";
    private const string OtlpHttpDefault = "http://localhost:18890";
    private const int CountMax = 10_000_000;
    private const int JournalMebibytesDefault = 256;
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Where the pages are.</summary>
    public required Uri Frontend { get; init; }

    public required Uri OtlpGrpc { get; init; }

    public required Uri OtlpHttp { get; init; }

    /// <summary>Who has it may log in.</summary>
    public required string BrowserToken { get; init; }

    /// <summary>Who has it may send telemetry; null for everybody on this machine.</summary>
    public string? OtlpKey { get; init; }

    /// <summary>Where the AppHost is; null for a dashboard that runs alone.</summary>
    public Uri? ResourceService { get; init; }

    public string? ResourceServiceKey { get; init; }

    public required string ApplicationName { get; init; }

    public required TelemetryLimits Limits { get; init; }

    /// <summary>Where telemetry is kept over a restart; null to keep it in memory only.</summary>
    public string? JournalDirectory { get; init; }

    /// <summary>Of the files there.</summary>
    public long JournalBytesMax { get; init; } = JournalMebibytesDefault * Mebibyte;

    /// <exception cref="FormatException">A value is not allowed; the message names its key and what is.</exception>
    public static DashboardOptions Read(IConfiguration configuration)
    {
        var usual = new TelemetryLimits();
        return new DashboardOptions
        {
            Frontend = Address(configuration, "ASPNETCORE_URLS", FrontendDefault, configuration["urls"]),
            OtlpGrpc = Address(configuration, "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", OtlpGrpcDefault),
            OtlpHttp = Address(configuration, "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", OtlpHttpDefault),
            BrowserToken = configuration["Dashboard:Frontend:BrowserToken"] is { Length: > 0 } token
                ? token
                : RandomNumberGenerator.GetHexString(32, lowercase: true),
            OtlpKey = configuration["Dashboard:Otlp:PrimaryApiKey"],
            ResourceService = configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] is { Length: > 0 }
                ? Address(configuration, "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "")
                : null,
            ResourceServiceKey = configuration["Dashboard:ResourceServiceClient:ApiKey"],
            ApplicationName = configuration["Dashboard:ApplicationName"] is { Length: > 0 } name ? name : "Telemetry",
            JournalDirectory = configuration["Dashboard:TelemetryStore:Directory"] is { Length: > 0 } directory ? Path.GetFullPath(directory) : null,
            JournalBytesMax = Count(configuration, "Dashboard:TelemetryStore:MaxMebibytes", JournalMebibytesDefault) * Mebibyte,
            Limits = usual with
            {
                TracesMax = Count(configuration, "Dashboard:TelemetryLimits:MaxTraceCount", usual.TracesMax),
                LogsMax = Count(configuration, "Dashboard:TelemetryLimits:MaxLogCount", usual.LogsMax),
                AttributesMax = Count(configuration, "Dashboard:TelemetryLimits:MaxAttributeCount", usual.AttributesMax),
                TextMax = Count(configuration, "Dashboard:TelemetryLimits:MaxAttributeLength", usual.TextMax),
                EventsMax = Count(configuration, "Dashboard:TelemetryLimits:MaxSpanEventCount", usual.EventsMax),
            },
        };
    }

    private static Uri Address(IConfiguration configuration, string key, string usual, string? also = null)
    {
        var text = (configuration[key] ?? also) is { Length: > 0 } given ? given.Split(';')[0] : usual;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http", IsLoopback: true }
            ? address
            : throw new FormatException($"{key} is '{text}'; allowed is an http:// address of this machine: localhost, 127.0.0.1 or [::1].");
    }

    private static int Count(IConfiguration configuration, string key, int usual) => configuration[key] switch
    {
        null or "" => usual,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= CountMax => count,
        var text => throw new FormatException($"{key} is '{text}'; allowed is a whole number from 1 to {CountMax}."),
    };
}
