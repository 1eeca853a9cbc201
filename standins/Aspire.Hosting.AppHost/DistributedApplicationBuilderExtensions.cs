using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class DistributedApplicationBuilderExtensions
{
    /// <summary>A builder for the resource of that name.</summary>
    public static IResourceBuilder<T> CreateResourceBuilder<T>(this IDistributedApplicationBuilder builder, string name)
        where T : IResource
    {
        if (!builder.Resources.TryGetByName(name, out var resource))
        {
            throw new InvalidOperationException($"There is no resource named '{name}'.");
        }
        return resource is T typed
            ? builder.CreateResourceBuilder(typed)
            : throw new InvalidOperationException($"The resource '{name}' is a {resource.GetType().Name}, not a {typeof(T).Name}.");
    }

    public static bool TryCreateResourceBuilder<T>(
        this IDistributedApplicationBuilder builder,
        string name,
        [NotNullWhen(true)] out IResourceBuilder<T>? resourceBuilder
    )
        where T : IResource
    {
        resourceBuilder =
            builder.Resources.TryGetByName(name, out var resource) && resource is T typed ? builder.CreateResourceBuilder(typed) : null;
        return resourceBuilder is not null;
    }
}
