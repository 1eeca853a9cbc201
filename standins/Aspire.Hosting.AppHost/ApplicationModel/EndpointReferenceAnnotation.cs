namespace Aspire.Hosting.ApplicationModel;

/// <summary>Endpoints of another resource that this one is told about.</summary>
public sealed class EndpointReferenceAnnotation(IResourceWithEndpoints resource) : IResourceAnnotation
{
    public IResourceWithEndpoints Resource { get; } = resource;

    public bool UseAllEndpoints { get; set; }

    /// <summary>The name under which the endpoints are found, if not the name of the resource.</summary>
    internal string? ServiceName { get; init; }

    public ISet<string> EndpointNames { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}
