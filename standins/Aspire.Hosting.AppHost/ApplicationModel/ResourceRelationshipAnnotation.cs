namespace Aspire.Hosting.ApplicationModel;

/// <summary>Another resource that this one has to do with: <c>Parent</c>, <c>Child</c>, <c>Reference</c>, <c>WaitFor</c>.</summary>
public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    public IResource Resource { get; } = resource;

    public string Type { get; } = type;
}
