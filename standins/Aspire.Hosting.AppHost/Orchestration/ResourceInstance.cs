using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Tells a resource that runs as a process from one of the same name in another run: its name and eight letters.</summary>
internal sealed class ResourceInstance : IResourceAnnotation
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const int SuffixLength = 8;

    public ResourceInstance(string resourceName)
        : this(resourceName, RandomNumberGenerator.GetString(Letters, SuffixLength)) { }

    private ResourceInstance(string resourceName, string suffix)
    {
        Suffix = suffix;
        Id = suffix.Length == 0 ? resourceName : $"{resourceName}-{suffix}";
    }

    public string Id { get; }

    public string Suffix { get; }

    /// <summary>A resource that is no process goes by its name.</summary>
    public static ResourceInstance Of(IResource resource) =>
        resource.Annotations.OfType<ResourceInstance>().FirstOrDefault() ?? new ResourceInstance(resource.Name, suffix: string.Empty);
}
