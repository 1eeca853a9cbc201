using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestration;

/// <summary>The addresses of a resource: one for each endpoint, as the AppHost's callbacks leave them.</summary>
internal static class ResourceUrls
{
    public static async Task<ImmutableArray<UrlSnapshot>> OfAsync(IResource resource, IServiceProvider services, CancellationToken cancellationToken)
    {
        var context = new ResourceUrlsCallbackContext(
            services.GetRequiredService<DistributedApplicationExecutionContext>(),
            resource,
            resource is IResourceWithEndpoints owner
                ? [.. owner.GetEndpoints().Select(endpoint => new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint })]
                : [],
            cancellationToken
        )
        {
            Logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(resource),
        };
        foreach (var annotation in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context);
        }
        return
        [
            .. context
                .Urls.OrderByDescending(url => url.DisplayOrder ?? 0)
                .Select(url => new UrlSnapshot(url.Endpoint?.EndpointName, Absolute(url), IsInternal: false)
                {
                    IsInactive = true,
                    DisplayProperties = new UrlDisplayPropertiesSnapshot(url.DisplayText ?? string.Empty, url.DisplayOrder ?? 0),
                }),
        ];
    }

    /// <summary>An address that begins with a slash is a path at the endpoint.</summary>
    private static string Absolute(ResourceUrlAnnotation url) =>
        url.Endpoint is { } endpoint && url.Url.StartsWith('/') ? new Uri(new Uri(endpoint.Url), url.Url).ToString() : url.Url;
}
