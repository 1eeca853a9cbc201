using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace KvStore.Client.Calls;

/// <summary>
/// The span and the duration of one operation, all its attempts together. The span carries what came of it; the request's
/// own spans (gRPC, HTTP) are its children and carry the trace to the member.
/// </summary>
internal readonly struct OperationScope
{
    private static readonly ActivitySource Source = new(KvClientTelemetry.ActivitySourceName);
    private static readonly Meter Meter = new(KvClientTelemetry.MeterName);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "db.client.operation.duration",
        unit: "s",
        description: "Duration of operations as the client saw them.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .005, .01, .05, .1, .5, 1, 5, 10] });

    private readonly long _startedAt;
    private readonly string _namespace;
    private readonly Operation _operation;

    private OperationScope(Operation operation, string @namespace)
    {
        _operation = operation;
        _namespace = @namespace;
        _startedAt = Stopwatch.GetTimestamp();
        Activity = Source.HasListeners() ? Source.StartActivity($"{operation.Name} {@namespace}", ActivityKind.Client) : null;
    }

    public Activity? Activity { get; }

    public static OperationScope Start(Operation operation, string @namespace) => new(operation, @namespace);

    /// <summary>Ends it. A key without a value and a condition that did not hold are answers, not errors.</summary>
    public void End(Endpoint endpoint, KvException? failure)
    {
        bool isError = failure is not null && failure.StatusCode != Failures.NotFoundStatus
            && failure.ErrorType != Failures.ConditionFailed;
        if (Duration.Enabled)
        {
            Record(endpoint, failure, isError);
        }

        if (Activity is not null)
        {
            Describe(Activity, endpoint, failure, isError);
            Activity.Dispose();
        }
    }

    private void Record(Endpoint endpoint, KvException? failure, bool isError)
    {
        TagList tags = new()
        {
            { "db.system.name", "kvstore" },
            { "db.operation.name", _operation.Name },
            { "db.namespace", _namespace },
            { "server.address", endpoint.Address.Host },
            { "server.port", endpoint.Address.Port },
        };
        if (failure is not null)
        {
            tags.Add("db.response.status_code", failure.StatusCode);
        }

        if (isError)
        {
            tags.Add("error.type", failure!.ErrorType);
        }

        Duration.Record(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds, tags);
    }

    private void Describe(Activity activity, Endpoint endpoint, KvException? failure, bool isError)
    {
        activity.SetTag("db.system.name", "kvstore");
        activity.SetTag("db.operation.name", _operation.Name);
        activity.SetTag("db.namespace", _namespace);
        activity.SetTag("server.address", endpoint.Address.Host);
        activity.SetTag("server.port", endpoint.Address.Port);
        if (endpoint.Peer is { } peer)
        {
            activity.SetTag("network.peer.address", peer.Address.ToString());
            activity.SetTag("network.peer.port", peer.Port);
        }

        if (failure is not null)
        {
            activity.SetTag("db.response.status_code", failure.StatusCode);
        }

        if (isError)
        {
            activity.SetTag("error.type", failure!.ErrorType);
            activity.SetStatus(ActivityStatusCode.Error, failure.Message);
        }
    }
}
