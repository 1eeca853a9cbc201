using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using KvStore.Client;
using KvStore.Protocol;
using Xunit;
using BatchOperation = KvStore.Protocol.BatchOperation;
using BatchResult = KvStore.Protocol.BatchResult;

namespace KvStore.Tests.FrontEnds.Grpc;

public sealed class GrpcSessionTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_operation_is_answered_under_its_id()
    {
        ByteString key = ByteString.CopyFromUtf8("session-kinds");
        using AsyncDuplexStreamingCall<SessionRequest, SessionReply> session = Begin();

        Assert.NotEmpty((await AskAsync(session, 7, new() { Put = new() { Key = key, Value = ByteString.CopyFromUtf8("4") } })).Put.Version);
        Assert.Equal(5, (await AskAsync(session, 8, new() { Increment = new() { Key = key, By = 1 } })).Increment.Value);
        Assert.Equal(2u, (await AskAsync(session, 9, new() { Append = new() { Key = key, Value = ByteString.CopyFromUtf8("0") } })).Append.ValueLength);
        Assert.Equal("50", (await AskAsync(session, 10, new() { Put = new() { Key = key, ReturnPrevious = true } })).Put.Previous.ToStringUtf8());
        Assert.Empty((await AskAsync(session, 11, new() { Get = new() { Key = key } })).Get.Value);
        Assert.True((await AskAsync(session, 12, new() { Delete = new() { Key = key } })).Delete.Existed);
        Assert.Equal((int)StatusCode.NotFound, (await AskAsync(session, 13, new() { Get = new() { Key = key } })).Error.Code);
    }

    [Fact]
    public async Task What_is_malformed_is_refused_and_the_session_goes_on()
    {
        using AsyncDuplexStreamingCall<SessionRequest, SessionReply> session = Begin();

        Assert.Equal(("malformed", Outcome.Unspecified), Of(await AskAsync(session, 1, null)));
        Assert.Equal(("malformed", Outcome.Unspecified), Of(await AskAsync(session, 2, new())));
        Assert.Equal(("empty-key", Outcome.NotApplied), Of(await AskAsync(session, 3, new() { Put = new() })));
        Assert.Equal((int)StatusCode.NotFound, (await AskAsync(session, 4, new() { Get = new() { Key = ByteString.CopyFromUtf8("session-absent") } })).Error.Code);

        static (string, Outcome) Of(BatchResult result) => (result.Error.Type, result.Error.Outcome);
    }

    [Fact]
    public async Task More_operations_than_are_taken_at_once_are_all_answered_in_the_end()
    {
        const int Operations = 5_000;
        using KvClient client = new(new Uri($"http://{shared.Node.GrpcEndPoint}"));

        await Task.WhenAll(Enumerable.Range(0, Operations).Select(_ => client.IncrementAsync("session-counter", cancellationToken: Cancel)));

        Assert.Equal(Operations.ToString(System.Globalization.CultureInfo.InvariantCulture), (await client.GetAsync("session-counter", cancellationToken: Cancel))!.Text);
    }

    [Fact]
    public async Task An_operation_continues_the_trace_that_it_names()
    {
        using Activity caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C);
        caller.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        caller.Start();
        List<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "KvStore.Node",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == caller.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    if (span.TraceId == caller.TraceId)
                    {
                        spans.Add(span);
                    }
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using AsyncDuplexStreamingCall<SessionRequest, SessionReply> session = Begin();

        await AskAsync(session, 1, new() { Put = new() { Key = ByteString.CopyFromUtf8("session-trace") } }, caller.Id!);

        Activity server;
        lock (spans)
        {
            server = Assert.Single(spans, span => span.Kind == ActivityKind.Server && span.ParentSpanId == caller.SpanId);
            Assert.Contains(spans, span => span.ParentSpanId == server.SpanId);
        }

        Assert.Equal("put", server.GetTagItem("db.operation.name"));
    }

    [Fact]
    public async Task A_member_that_stops_has_its_sessions_ended_and_answers_what_it_took()
    {
        await using RunningNode node = await RunningNode.StartAsync();
        using KvClient client = new(new Uri($"http://{node.GrpcEndPoint}"));
        await client.PutAsync("key", "value", cancellationToken: Cancel);

        Task<PutResult>[] puts = [.. Enumerable.Range(0, 100).Select(number => client.PutAsync($"key-{number}", "value", cancellationToken: Cancel))];
        await node.StopAsync();

        foreach (Task<PutResult> put in puts)
        {
            try
            {
                await put;
            }
            catch (KvException failure)
            {
                Assert.Equal(KvOutcome.NotApplied, failure.Outcome);
            }
        }
    }

    private AsyncDuplexStreamingCall<SessionRequest, SessionReply> Begin() => shared.Node.Duplex<SessionRequest, SessionReply>(new CallOptions(cancellationToken: Cancel));

    private static async Task<BatchResult> AskAsync(
        AsyncDuplexStreamingCall<SessionRequest, SessionReply> session, ulong id, BatchOperation? operation, string traceparent = "")
    {
        await session.RequestStream.WriteAsync(
            new SessionRequest { Operations = { new SessionOperation { Id = id, Operation = operation, Traceparent = traceparent } } }, Cancel);
        Assert.True(await session.ResponseStream.MoveNext(Cancel));
        SessionResult result = Assert.Single(session.ResponseStream.Current.Results);
        Assert.Equal(id, result.Id);
        return result.Result;
    }
}
