namespace Aspire.Hosting.ApplicationModel;

/// <summary>The state a resource of one's own kind begins with.</summary>
public class ResourceSnapshotAnnotation(CustomResourceSnapshot initialSnapshot) : IResourceAnnotation
{
    public CustomResourceSnapshot InitialSnapshot { get; } = initialSnapshot;
}
