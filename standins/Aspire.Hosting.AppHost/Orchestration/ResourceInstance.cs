using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// One process of a resource. Its id is the resource's name and eight letters, which tell it from the resource's other replicas and from one of
/// the same name in another run.
/// </summary>
internal sealed record ResourceInstance(string Id, string Suffix, int Index)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const int SuffixLength = 8;

    private static readonly ConditionalWeakTable<IResource, List<ResourceInstance>> Known = [];

    /// <summary>As many as the resource has replicas, always the same ones. A resource that is no process has one, which goes by its name.</summary>
    public static IReadOnlyList<ResourceInstance> Of(IResource resource)
    {
        if (resource is not (ProjectResource or ExecutableResource))
        {
            return [new ResourceInstance(resource.Name, string.Empty, 0)];
        }
        var instances = Known.GetValue(resource, _ => []);
        var count = resource.GetReplicaCount();
        lock (instances)
        {
            while (instances.Count < count)
            {
                var suffix = RandomNumberGenerator.GetString(Letters, SuffixLength);
                instances.Add(new ResourceInstance($"{resource.Name}-{suffix}", suffix, instances.Count));
            }
            return [.. instances.Take(count)];
        }
    }
}
