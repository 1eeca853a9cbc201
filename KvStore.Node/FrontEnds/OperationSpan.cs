using System.Diagnostics;
using System.Globalization;
using KvStore.Node.Telemetry;
using KvStore.ServiceDefaults.Telemetry;

namespace KvStore.Node.FrontEnds;

/// <summary>
/// What the front end's span says of an operation. Where the request was not traced, but failed or was slow, a span is made
/// afterwards: what went wrong can always be looked up, by the trace id that the answer gave.
/// </summary>
internal sealed class OperationSpan(NodeOptions options, TraceBudget budget, TimeProvider time)
{
    /// <summary>Operations that take longer leave a span.</summary>
    public static readonly TimeSpan SlowFrom = TimeSpan.FromMilliseconds(100);

    private const string SystemName = "kvstore";
    private const string Ok = "ok";

    /// <summary>The span of an operation that is no request of its own; ended by <see cref="End"/> and <see cref="NodeTelemetry.Stop"/>.</summary>
    /// <returns>Null if it is not to be traced.</returns>
    public Activity? Start(string operation, ActivityContext parent)
    {
        if (!budget.Samples(parent))
        {
            return null;
        }

        Activity? before = Activity.Current;
        Activity.Current = null;
        Activity? started = NodeTelemetry.Source.StartActivity($"{operation} {options.Cluster}", ActivityKind.Server, parent);
        Activity.Current = before;
        return started;
    }

    /// <summary>Whether an operation without a parent that began now would have a span.</summary>
    public bool IsNextTraced => budget.Samples(default);

    /// <summary>Whether what began then has taken so long that it leaves a span.</summary>
    public bool IsSlow(long begun) => time.GetElapsedTime(begun) >= SlowFrom;

    /// <returns>For <see cref="End"/>.</returns>
    public long Begin() => time.GetTimestamp();

    /// <param name="request">The server's span of the request, taken before anything was awaited.</param>
    /// <param name="operation">"get", "put" and so on.</param>
    /// <param name="subject">The key's hash, or how many operations a batch has.</param>
    public void End(Activity? request, string operation, long begun, RequestFailure? failure, Subject subject)
    {
        if (request is { IsAllDataRequested: true })
        {
            Describe(request, operation, failure, subject);
            return;
        }

        TimeSpan elapsed = time.GetElapsedTime(begun);
        if ((elapsed >= SlowFrom || failure is { IsServersFault: true }) && budget.SamplesReport())
        {
            Report(request, operation, elapsed, failure, subject);
        }
    }

    private void Report(Activity? request, string operation, TimeSpan elapsed, RequestFailure? failure, Subject subject)
    {
        KeyValuePair<string, object?>[] mark = [new(TraceBudget.ReportTag, true)];
        Activity? span = NodeTelemetry.Source.CreateActivity(
            $"{operation} {options.Cluster}", ActivityKind.Server, request?.Context ?? default, mark);
        if (span is null)
        {
            return;
        }

        Activity? before = Activity.Current;
        DateTime now = time.GetUtcNow().UtcDateTime;
        span.SetStartTime(now - elapsed).Start();
        Describe(span, operation, failure, subject);
        span.SetEndTime(now).Stop();
        Activity.Current = before;
    }

    private void Describe(Activity span, string operation, RequestFailure? failure, Subject subject)
    {
        span.SetTag(SpanAttributes.System, SystemName);
        span.SetTag(SpanAttributes.Namespace, options.Cluster);
        span.SetTag(SpanAttributes.Operation, operation);
        span.SetTag(SpanAttributes.Status, failure?.Kind.Type ?? Ok);
        if (subject.BatchSize > 0)
        {
            span.SetTag(SpanAttributes.BatchSize, subject.BatchSize);
        }
        else
        {
            span.SetTag(SpanAttributes.KeyHash, subject.KeyHash.ToString("x16", CultureInfo.InvariantCulture));
        }

        if (failure?.Outcome is { } outcome)
        {
            span.SetTag(SpanAttributes.Outcome, RequestFailure.NameOf(outcome));
        }

        if (failure is { IsServersFault: true })
        {
            span.SetTag(SpanAttributes.Error, failure.Kind.Type);
            span.SetStatus(ActivityStatusCode.Error, failure.Detail);
        }
    }

    /// <param name="BatchSize">0 for an operation on one key.</param>
    internal readonly record struct Subject(ulong KeyHash, int BatchSize);
}
