using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

internal sealed class EndpointHealthCheck(EndpointReference endpoint, string path, int statusCode) : IHealthCheck
{
    // One for the process: checks are short and few, and each would otherwise open a connection of its own.
    private static readonly HttpClient Http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) }
    );

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!endpoint.IsAllocated)
        {
            return HealthCheckResult.Unhealthy($"The endpoint '{endpoint.EndpointName}' has no port yet.");
        }
        var address = new Uri(new Uri(endpoint.Url), path);
        try
        {
            using var response = await Http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)response.StatusCode;
            return status == statusCode
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(
                    string.Create(CultureInfo.InvariantCulture, $"{address} answered {status}; {statusCode} was expected.")
                );
        }
        catch (HttpRequestException e)
        {
            return HealthCheckResult.Unhealthy($"{address} does not answer: {e.Message}", e);
        }
    }
}
