using System.Diagnostics;

namespace KvStore.Web.Cluster;

/// <summary>
/// What asks everybody again and again would drown the traces of what people do. A parent that is not sampled says so to every
/// span below it, in the node's process as well.
/// </summary>
internal static class Untraced
{
    /// <param name="name">Who asks.</param>
    public static Activity Start(string name)
    {
        Activity activity = new(name) { IsAllDataRequested = false };
        activity.SetIdFormat(ActivityIdFormat.W3C);
        return activity.Start();
    }
}
