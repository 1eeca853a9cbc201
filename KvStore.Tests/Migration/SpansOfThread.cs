using System.Diagnostics;

namespace KvStore.Tests.Migration;

/// <summary>
/// The node's spans that end on the thread that made this, which is all of a simulation. Other tests that run meanwhile are left
/// alone: what is traced travels with frames, and a replay would not be one.
/// </summary>
internal sealed class SpansOfThread : IDisposable
{
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public SpansOfThread()
    {
        int thread = Environment.CurrentManagedThreadId;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "KvStore.Node",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                Environment.CurrentManagedThreadId == thread ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (Environment.CurrentManagedThreadId == thread && span.Recorded)
                {
                    _ended.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Ended => _ended;

    public void Dispose() => _listener.Dispose();
}
