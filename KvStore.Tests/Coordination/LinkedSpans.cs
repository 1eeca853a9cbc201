using System.Collections.Concurrent;
using System.Diagnostics;

namespace KvStore.Tests.Coordination;

/// <summary>The node's spans that belong to one trace or are linked to it, as they end; others that run meanwhile are left alone.</summary>
internal sealed class LinkedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public LinkedSpans(ActivityTraceId trace)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "KvStore.Node",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == trace || options.Links?.Any(link => link.Context.TraceId == trace) == true
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.Recorded && (span.TraceId == trace || span.Links.Any(link => link.Context.TraceId == trace)))
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyCollection<Activity> Ended => _ended;

    public void Dispose() => _listener.Dispose();
}
