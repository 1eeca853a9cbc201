using System.Security.Cryptography;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// Where an application's dashboard is and what it takes to get in. All of it is in the AppHost's configuration, under upstream's keys.
/// </summary>
internal sealed record DashboardSettings(Uri Frontend, Uri OtlpGrpc, Uri OtlpHttp, string BrowserToken, string OtlpKey)
{
    private const string FrontendKey = "ASPNETCORE_URLS";
    private const string GrpcKey = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    private const string HttpKey = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";
    private const string TokenKey = "AppHost:BrowserToken";

    /// <summary>
    /// Reads what is configured, chooses the rest and writes it back, so that what is told to resources is the same.
    /// </summary>
    /// <param name="randomizePorts">Any free ports, whatever is configured: applications under test run side by side.</param>
    /// <returns>Null if no address is configured: nobody said where a dashboard should be.</returns>
    public static DashboardSettings? Choose(ConfigurationManager configuration, bool randomizePorts)
    {
        if (!randomizePorts && string.IsNullOrEmpty(configuration[FrontendKey]))
        {
            return null;
        }
        var settings = new DashboardSettings(
            Address(configuration, FrontendKey, randomizePorts),
            Address(configuration, GrpcKey, randomizePorts),
            Address(configuration, HttpKey, randomizePorts),
            configuration[TokenKey] is { Length: > 0 } token ? token : RandomNumberGenerator.GetHexString(32, lowercase: true),
            configuration["AppHost:OtlpApiKey"]!
        );
        configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                [FrontendKey] = Text(settings.Frontend),
                [GrpcKey] = Text(settings.OtlpGrpc),
                [HttpKey] = Text(settings.OtlpHttp),
                [TokenKey] = settings.BrowserToken,
            }
        );
        return settings;
    }

    public static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static Uri Address(ConfigurationManager configuration, string key, bool randomizePort)
    {
        var text = configuration[key]?.Split(';')[0];
        if (randomizePort || string.IsNullOrEmpty(text))
        {
            return new Uri($"http://localhost:{PortPicker.Pick()}");
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http", IsLoopback: true }
            ? address
            : throw new DistributedApplicationException(
                $"{key} is '{text}'; the dashboard is at an http:// address of this machine, such as http://localhost:18888."
            );
    }
}
