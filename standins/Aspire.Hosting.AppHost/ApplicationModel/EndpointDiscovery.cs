using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Tells a resource the endpoints of another: <c>services__{resource}__{endpoint}__{n}</c>, which service discovery reads, and
/// <c>{RESOURCE}_{ENDPOINT}</c>. An endpoint called http or https stands under its scheme.
/// </summary>
internal static class EndpointDiscovery
{
    public static IResourceBuilder<T> Refer<T>(
        IResourceBuilder<T> builder,
        IResourceWithEndpoints source,
        string? endpointName,
        string? serviceName
    )
        where T : IResourceWithEnvironment
    {
        var reference = builder
            .Resource.Annotations.OfType<EndpointReferenceAnnotation>()
            .FirstOrDefault(present => ReferenceEquals(present.Resource, source) && present.ServiceName == serviceName);
        if (reference is null)
        {
            reference = new EndpointReferenceAnnotation(source) { ServiceName = serviceName };
            builder.WithAnnotation(reference).WithReferenceRelationship(source);
            builder.WithEnvironment(context => Set(context, reference));
        }
        if (endpointName is null)
        {
            reference.UseAllEndpoints = true;
        }
        else
        {
            reference.EndpointNames.Add(endpointName);
        }
        return builder;
    }

    /// <summary>Endpoints that a resource refers to and that the other one does not have.</summary>
    public static IEnumerable<string> Missing(IResource resource, EndpointReferenceAnnotation reference)
    {
        var endpoints = reference.Resource.GetEndpoints().ToList();
        return reference
            .EndpointNames.Where(wanted => !endpoints.Any(present => Same(present.EndpointName, wanted)))
            .Select(missing => DescribeMissing(resource, reference.Resource, missing));
    }

    public static string DescribeMissing(IResource resource, IResource source, string endpointName) =>
        $"The resource '{resource.Name}' refers to the endpoint '{endpointName}' of '{source.Name}', which has none of that name.";

    /// <summary>Upper case, everything else than letters and digits an underscore.</summary>
    public static string VariableName(string resource, string part) =>
        string.Concat($"{resource}_{part}".Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    private static void Set(EnvironmentCallbackContext context, EndpointReferenceAnnotation reference)
    {
        var name = reference.ServiceName ?? reference.Resource.Name;
        var endpoints = reference.Resource.GetEndpoints().ToList();
        if (Missing(context.Resource, reference).FirstOrDefault() is { } missing)
        {
            throw new DistributedApplicationException(missing);
        }

        var counts = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in endpoints)
        {
            var named = reference.EndpointNames.Contains(endpoint.EndpointName);
            if (!named && (!reference.UseAllEndpoints || endpoint.ExcludeReferenceEndpoint))
            {
                continue;
            }
            var key = endpoint.IsHttpSchemeNamedEndpoint ? endpoint.Scheme : endpoint.EndpointName;
            var count = counts.GetValueOrDefault(key);
            counts[key] = count + 1;
            context.EnvironmentVariables[string.Create(CultureInfo.InvariantCulture, $"services__{name}__{key}__{count}")] = endpoint;
            context.EnvironmentVariables[VariableName(name, endpoint.EndpointName)] = endpoint;
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
