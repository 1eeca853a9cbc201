using KvStore.Node.Coordination;

namespace KvStore.Node.Hosting;

/// <summary>Runs lanes on the thread pool: one work item a wake, so a lane is never on two threads.</summary>
internal static class LaneThreads
{
    public static void Wake(Lane lane) => ThreadPool.UnsafeQueueUserWorkItem(static woken => woken.Run(), lane, preferLocal: false);
}
