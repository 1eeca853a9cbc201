namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address of a resource that people may open.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    public int? DisplayOrder;

    public required string Url { get; set; }

    public string? DisplayText { get; set; }

    public EndpointReference? Endpoint { get; init; }

    public UrlDisplayLocation DisplayLocation { get; set; }

    internal ResourceUrlAnnotation WithEndpoint(EndpointReference endpoint) =>
        new()
        {
            Url = Url,
            DisplayText = DisplayText,
            DisplayOrder = DisplayOrder,
            DisplayLocation = DisplayLocation,
            Endpoint = endpoint,
        };
}
