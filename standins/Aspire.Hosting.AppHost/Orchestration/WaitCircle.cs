using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Finds resources that wait for each other and so would never start.</summary>
internal static class WaitCircle
{
    /// <returns>The circle that begins and ends with the resource, such as "a waits for b waits for a", or null.</returns>
    public static string? Find(IResource resource)
    {
        var path = new List<IResource> { resource };
        return Search(resource, path, []) ? string.Join(" waits for ", path.Select(step => $"'{step.Name}'")) : null;

        bool Search(IResource from, List<IResource> steps, HashSet<IResource> seen)
        {
            foreach (var next in from.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource))
            {
                steps.Add(next);
                if (ReferenceEquals(next, resource) || (seen.Add(next) && Search(next, steps, seen)))
                {
                    return true;
                }
                steps.RemoveAt(steps.Count - 1);
            }
            return false;
        }
    }
}
