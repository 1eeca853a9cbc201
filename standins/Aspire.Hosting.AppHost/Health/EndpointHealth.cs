using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>Health of a resource as the answer to an HTTP request.</summary>
internal static class EndpointHealth
{
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(5);

    public static IResourceBuilder<T> Check<T>(IResourceBuilder<T> builder, Func<EndpointReference> select, string? path, int? statusCode)
        where T : IResourceWithEndpoints
    {
        path ??= "/";
        var status = statusCode ?? 200;
        var endpoint = select();
        var key = string.Create(CultureInfo.InvariantCulture, $"{builder.Resource.Name}_{endpoint.EndpointName}_{path}_{status}_check");
        builder
            .ApplicationBuilder.Services.AddHealthChecks()
            .Add(new HealthCheckRegistration(key, _ => new EndpointHealthCheck(endpoint, path, status), null, null, CheckTime));
        return builder.WithHealthCheck(key);
    }

    /// <summary>The endpoint named, else the first of https and http.</summary>
    public static EndpointReference Select(IResourceWithEndpoints resource, string? name)
    {
        var endpoints = resource.GetEndpoints().ToList();
        if (name is null)
        {
            return endpoints.FirstOrDefault(endpoint => endpoint.Scheme == "https")
                ?? endpoints.FirstOrDefault(endpoint => endpoint.Scheme == "http")
                ?? throw new DistributedApplicationException(
                    $"The resource '{resource.Name}' has no http endpoint to check; add one before WithHttpHealthCheck."
                );
        }

        var named =
            endpoints.FirstOrDefault(endpoint => string.Equals(endpoint.EndpointName, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new DistributedApplicationException($"The resource '{resource.Name}' has no endpoint named '{name}' to check.");
        return named.Scheme is "http" or "https"
            ? named
            : throw new DistributedApplicationException(
                $"The endpoint '{name}' of '{resource.Name}' has the scheme '{named.Scheme}'; a health check needs http or https."
            );
    }
}
