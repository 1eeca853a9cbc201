using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class CustomResourceExtensions
{
    /// <summary>The state that a resource of one's own kind begins with.</summary>
    public static IResourceBuilder<TResource> WithInitialState<TResource>(
        this IResourceBuilder<TResource> builder,
        CustomResourceSnapshot initialSnapshot
    )
        where TResource : IResource =>
        builder.WithAnnotation(new ResourceSnapshotAnnotation(initialSnapshot), ResourceAnnotationMutationBehavior.Replace);
}
