using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// An endpoint of a resource, by name. It may be handed on before the endpoint exists or has a port; its value is the URL.
/// </summary>
public sealed class EndpointReference : IExpressionValue, IValueWithReferences
{
    private EndpointAnnotation? _endpoint;

    public EndpointReference(IResourceWithEndpoints owner, EndpointAnnotation endpoint)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(endpoint);
        Resource = owner;
        EndpointName = endpoint.Name;
        _endpoint = endpoint;
    }

    public EndpointReference(IResourceWithEndpoints owner, string endpointName)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentException.ThrowIfNullOrWhiteSpace(endpointName);
        Resource = owner;
        EndpointName = endpointName;
    }

    public IResourceWithEndpoints Resource { get; }

    public string EndpointName { get; }

    /// <summary>Said instead of the usual sentence when the endpoint does not exist.</summary>
    public string? ErrorMessage { get; init; }

    public EndpointAnnotation EndpointAnnotation =>
        Find(out var endpoint)
            ? endpoint
            : throw new InvalidOperationException(
                ErrorMessage ?? $"The resource '{Resource.Name}' has no endpoint named '{EndpointName}'."
            );

    public bool Exists => Find(out _);

    public bool IsAllocated => Find(out var endpoint) && endpoint.AllocatedEndpoint is not null;

    public bool IsHttp => string.Equals(Scheme, "http", StringComparison.OrdinalIgnoreCase);

    public bool IsHttps => string.Equals(Scheme, "https", StringComparison.OrdinalIgnoreCase);

    /// <summary>Called <c>http</c> or <c>https</c>, so that its scheme stands for its name in service discovery.</summary>
    public bool IsHttpSchemeNamedEndpoint =>
        string.Equals(EndpointName, "http", StringComparison.OrdinalIgnoreCase)
        || string.Equals(EndpointName, "https", StringComparison.OrdinalIgnoreCase);

    public bool ExcludeReferenceEndpoint => EndpointAnnotation.ExcludeReferenceEndpoint;

    public string Scheme => EndpointAnnotation.UriScheme;

    public bool TlsEnabled => EndpointAnnotation.TlsEnabled;

    public int? TargetPort => EndpointAnnotation.TargetPort;

    public string Host => Allocated.Address;

    public int Port => Allocated.Port;

    public string Url => Allocated.UriString;

    IEnumerable<object> IValueWithReferences.References => [Resource];

    string IManifestExpressionProvider.ValueExpression => GetExpression(EndpointProperty.Url);

    private AllocatedEndpoint Allocated =>
        EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of '{Resource.Name}' has no port before the application starts.");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        Property(EndpointProperty.Url).GetValueAsync(cancellationToken);

    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        GetValueAsync(cancellationToken);

    internal string GetExpression(EndpointProperty property)
    {
        var name = property switch
        {
            EndpointProperty.Url => "url",
            EndpointProperty.Host or EndpointProperty.IPV4Host => "host",
            EndpointProperty.Port => "port",
            EndpointProperty.Scheme => "scheme",
            EndpointProperty.TargetPort => "targetPort",
            EndpointProperty.HostAndPort => "host",
            EndpointProperty.TlsEnabled => "tlsEnabled",
            _ => throw new InvalidOperationException($"The property '{property}' of an endpoint is not known."),
        };
        var expression = $"{{{Resource.Name}.bindings.{EndpointName}.{name}}}";
        return property == EndpointProperty.HostAndPort ? $"{expression}:{GetExpression(EndpointProperty.Port)}" : expression;
    }

    private bool Find([NotNullWhen(true)] out EndpointAnnotation? endpoint)
    {
        _endpoint ??= Resource
            .Annotations.OfType<EndpointAnnotation>()
            .SingleOrDefault(candidate => string.Equals(candidate.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
        endpoint = _endpoint;
        return endpoint is not null;
    }
}
