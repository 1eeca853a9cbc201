using KvStore.Node.Coordination;
using KvStore.Node.Peers;

namespace KvStore.Node.Hosting;

/// <summary>
/// Lends threads to lanes. A lane woken by a frame runs on the thread that brought it, which sends what all lanes answer to the
/// frame at once; any other runs on the thread pool. One wake is one run, so a lane is never on two threads.
/// </summary>
internal static class LaneThreads
{
    [ThreadStatic]
    private static bool _isLent;

    public static void Wake(Lane lane)
    {
        if (PeerSendBatch.IsOpen && !_isLent)
        {
            Run(lane);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(Run, lane, preferLocal: false);
        }
    }

    private static void Run(Lane lane)
    {
        _isLent = true; // a lane that wakes another, or itself again, does not run it below its own run
        try
        {
            lane.Run();
        }
        finally
        {
            _isLent = false;
        }
    }
}
