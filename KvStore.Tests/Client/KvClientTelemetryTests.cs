using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using KvStore.Client;
using KvStore.Protocol;
using Xunit;

namespace KvStore.Tests.Client;

public sealed class KvClientTelemetryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly string _namespace = $"test-{Guid.NewGuid():N}";

    [Fact]
    public async Task An_operation_is_one_client_span_whose_trace_reaches_the_member_once()
    {
        await using ScriptedMember member = await new ScriptedMember().StartAsync();
        using KvClient client = new(new KvClientOptions { Endpoints = [member.Address], Namespace = _namespace });
        ConcurrentQueue<Activity> spans = [];
        using ActivityListener listener = Listen(spans);

        await client.PutAsync("key", "value", cancellationToken: Cancel);

        Activity span = Assert.Single(spans);
        Assert.Equal(($"put {_namespace}", ActivityKind.Client), (span.DisplayName, span.Kind));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["db.system.name"] = "kvstore",
                ["db.operation.name"] = "put",
                ["db.namespace"] = _namespace,
                ["server.address"] = "127.0.0.1",
                ["server.port"] = member.Address.Port,
                ["network.peer.address"] = "127.0.0.1",
                ["network.peer.port"] = member.Address.Port,
            },
            span.TagObjects.ToDictionary());
        string parent = Assert.Single(Assert.Single(member.Requests)["traceparent"])!;
        Assert.Equal(span.TraceId.ToString(), parent.Split('-')[1]);
    }

    [Fact]
    public async Task A_failed_operation_says_how_it_failed()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnPut = (_, _) => throw ScriptedMember.Failure(StatusCode.DeadlineExceeded, "deadline", Outcome.Unknown),
        }.StartAsync();
        using KvClient client = new(new KvClientOptions { Endpoints = [member.Address], Namespace = _namespace });
        ConcurrentQueue<Activity> spans = [];
        using ActivityListener listener = Listen(spans);

        await Assert.ThrowsAsync<KvException>(() => client.PutAsync("key", "value", cancellationToken: Cancel));

        Activity span = Assert.Single(spans);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal(("deadline", "DEADLINE_EXCEEDED"), (span.GetTagItem("error.type"), span.GetTagItem("db.response.status_code")));
    }

    [Fact]
    public async Task An_absent_key_is_no_error()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnGet = (_, _) => throw ScriptedMember.Failure(StatusCode.NotFound, "absent", Outcome.Unspecified),
        }.StartAsync();
        using KvClient client = new(new KvClientOptions { Endpoints = [member.Address], Namespace = _namespace });
        ConcurrentQueue<Activity> spans = [];
        using ActivityListener listener = Listen(spans);

        Assert.Null(await client.GetAsync("key", cancellationToken: Cancel));

        Activity span = Assert.Single(spans);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal((null, "NOT_FOUND"), (span.GetTagItem("error.type"), span.GetTagItem("db.response.status_code")));
    }

    [Fact]
    public async Task The_duration_is_recorded_in_seconds_without_the_key()
    {
        await using ScriptedMember member = await new ScriptedMember().StartAsync();
        using KvClient client = new(new KvClientOptions { Endpoints = [member.Address], Namespace = _namespace });
        ConcurrentQueue<(double Seconds, Dictionary<string, object?> Tags)> recorded = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Name: "db.client.operation.duration", Unit: "s", Meter.Name: KvClientTelemetry.MeterName })
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => recorded.Enqueue((seconds, new(tags.ToArray()))));
        listener.Start();

        await client.PutAsync("key", "value", cancellationToken: Cancel);

        (double seconds, Dictionary<string, object?> tags) = recorded.Single(each => Equals(each.Tags["db.namespace"], _namespace));
        Assert.InRange(seconds, 0, 60);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["db.system.name"] = "kvstore",
                ["db.operation.name"] = "put",
                ["db.namespace"] = _namespace,
                ["server.address"] = "127.0.0.1",
                ["server.port"] = member.Address.Port,
            },
            tags);
    }

    private ActivityListener Listen(ConcurrentQueue<Activity> spans)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == KvClientTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (Equals(span.GetTagItem("db.namespace"), _namespace))
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
