using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Ways into a running application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client of an endpoint: the one named, else the first of https and http.</summary>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var address = app.GetEndpoint(resourceName, endpointName);
        var factory = app.Services.GetService<IHttpClientFactory>();
        var client = factory?.CreateClient() ?? new HttpClient();
        client.BaseAddress = address;
        return client;
    }

    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        RefuseBeforeStart(app);
        if (FindResource(app, resourceName) is not IResourceWithEndpoints resource)
        {
            throw new InvalidOperationException($"The resource '{resourceName}' has no endpoints.");
        }
        var endpoints = resource.GetEndpoints().ToList();
        var endpoint = endpointName is null
            ? endpoints.FirstOrDefault(candidate => candidate.IsHttps) ?? endpoints.FirstOrDefault(candidate => candidate.IsHttp) ?? endpoints.FirstOrDefault()
            : endpoints.FirstOrDefault(candidate => string.Equals(candidate.EndpointName, endpointName, StringComparison.OrdinalIgnoreCase));
        return endpoint is null
            ? throw new InvalidOperationException($"The resource '{resourceName}' has no endpoint{(endpointName is null ? string.Empty : $" named '{endpointName}'")}.")
            : new Uri(endpoint.Url);
    }

    public static ValueTask<string?> GetConnectionStringAsync(
        this DistributedApplication app,
        string resourceName,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(app);
        RefuseBeforeStart(app);
        return FindResource(app, resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new InvalidOperationException($"The resource '{resourceName}' has no connection string.");
    }

    private static IResource FindResource(DistributedApplication app, string resourceName) =>
        app.Services.GetRequiredService<DistributedApplicationModel>().Resources.TryGetByName(resourceName, out var resource)
            ? resource
            : throw new ArgumentException($"There is no resource named '{resourceName}'.", nameof(resourceName));

    private static void RefuseBeforeStart(DistributedApplication app)
    {
        if (!app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested)
        {
            throw new InvalidOperationException("The application has no addresses before it has been started: call StartAsync first.");
        }
    }
}
