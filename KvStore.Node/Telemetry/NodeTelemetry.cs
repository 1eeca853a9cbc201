using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace KvStore.Node.Telemetry;

/// <summary>Names of the node's spans, attributes and instruments, and the sources they come from.</summary>
internal static class NodeTelemetry
{
    public const string SourceName = "KvStore.Node";

    public const string MeterName = "KvStore.Node";

    public static readonly ActivitySource Source = new(SourceName);

    public static readonly Meter Meter = new(MeterName);

    /// <summary>Operations coordinated here, by operation, level and outcome.</summary>
    public static readonly Histogram<double> OperationDuration = Meter.CreateHistogram(
        "kvstore.operation.duration",
        "s",
        "Time from an operation's admission to its answer.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    /// <summary>Rounds that a write took: 1 unless there were conflicts, timeouts or losses.</summary>
    public static readonly Counter<long> Rounds = Meter.CreateCounter<long>("kvstore.rounds", "{round}", "Rounds of prepare and accept started.");

    public static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("kvstore.conflicts", "{conflict}", "Refusals for a higher ballot.");

    /// <summary>What this member came to believe of others, by what it was: "alive", "suspect", "dead", "refuted".</summary>
    public static readonly Counter<long> LivenessChanges =
        Meter.CreateCounter<long>("kvstore.liveness.changes", "{change}", "Members that came to be seen alive, suspect or dead.");

    public static readonly Counter<long> EpochsDecided =
        Meter.CreateCounter<long>("kvstore.epochs.decided", "{epoch}", "Topology documents that came into force here.");

    /// <summary>
    /// Starts a span under <paramref name="parent"/> without making it the thread's current one: lanes interleave operations.
    /// </summary>
    /// <returns>Null when the parent is not sampled or nobody listens.</returns>
    public static Activity? Start(string name, ActivityKind kind, ActivityContext parent)
    {
        if ((parent.TraceFlags & ActivityTraceFlags.Recorded) == 0)
        {
            return null;
        }

        Activity? before = Activity.Current;
        Activity.Current = null;
        Activity? started = Source.StartActivity(name, kind, parent);
        Activity.Current = before;
        return started;
    }

    /// <summary>
    /// Starts a span under <paramref name="parent"/>, or one of a trace of its own where there is none, with a link to what
    /// caused it long before.
    /// </summary>
    /// <param name="cause">Default where it is not known.</param>
    /// <returns>Null when it is not sampled or nobody listens.</returns>
    public static Activity? StartLinked(string name, ActivityKind kind, ActivityContext parent, ActivityContext cause)
    {
        Activity? before = Activity.Current;
        Activity.Current = null;
        Activity? started = Source.StartActivity(name, kind, parent, links: cause == default ? [] : [new ActivityLink(cause)]);
        Activity.Current = before;
        return started;
    }

    /// <summary>Ends a span as if it had never been begun.</summary>
    public static void Forget(Activity? activity)
    {
        if (activity is not null)
        {
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            Stop(activity);
        }
    }

    /// <summary>Makes a span the thread's current one until it is disposed of; nothing without a span.</summary>
    public readonly ref struct Within
    {
        private readonly Activity? _before;
        private readonly bool _isWithin;

        public Within(Activity? span)
        {
            if (span is not null)
            {
                _before = Activity.Current;
                _isWithin = true;
                Activity.Current = span;
            }
        }

        public void Dispose()
        {
            if (_isWithin)
            {
                Activity.Current = _before;
            }
        }
    }

    /// <summary>Ends a span without touching the thread's current one.</summary>
    public static void Stop(Activity? activity)
    {
        if (activity is null)
        {
            return;
        }

        Activity? before = Activity.Current;
        activity.Stop();
        Activity.Current = before;
    }
}
