using System.Text;
using Google.Protobuf;
using Grpc.Core;
using KvStore.Node.Ring;
using KvStore.Protocol;
using Xunit;

namespace KvStore.Tests.FrontEnds.Grpc;

public sealed class KvGrpcServiceTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static readonly ByteString Value = ByteString.CopyFromUtf8("value");

    private static CallOptions Options => new(cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public async Task Absent_deleted_and_empty_are_three_things()
    {
        ByteString key = Key("three");
        Assert.Equal(("absent", StatusCode.NotFound, Outcome.Unspecified), await RefusedAsync<GetRequest, GetReply>(new() { Key = key }));
        Assert.False((await CallAsync<DeleteRequest, DeleteReply>(new() { Key = key })).Existed);

        PutReply put = await CallAsync<PutRequest, PutReply>(new() { Key = key });
        GetReply empty = await CallAsync<GetRequest, GetReply>(new() { Key = key });
        Assert.Equal((ByteString.Empty, put.Version, 0L), (empty.Value, empty.Version, empty.ExpiresAt));

        Assert.True((await CallAsync<DeleteRequest, DeleteReply>(new() { Key = key })).Existed);
        Assert.Equal(("deleted", StatusCode.NotFound, Outcome.Unspecified), await RefusedAsync<GetRequest, GetReply>(new() { Key = key }));
    }

    [Fact]
    public async Task A_key_is_any_bytes_and_a_value_as_large_as_allowed()
    {
        ByteString key = ByteString.CopyFrom([.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        byte[] bytes = new byte[SharedNode.ValueBytesMax];
        new Random(3).NextBytes(bytes);
        await CallAsync<PutRequest, PutReply>(new() { Key = key, Value = ByteString.CopyFrom(bytes) });

        Assert.Equal(bytes, (await CallAsync<GetRequest, GetReply>(new() { Key = key })).Value.ToByteArray());
    }

    [Fact]
    public async Task Malformed_requests_say_that_nothing_was_applied()
    {
        (string, StatusCode, Outcome) Refusal(string type) => (type, StatusCode.InvalidArgument, Outcome.NotApplied);

        Assert.Equal(Refusal("empty-key"), await RefusedAsync<PutRequest, PutReply>(new()));
        Assert.Equal(Refusal("key-too-long"), await RefusedAsync<PutRequest, PutReply>(new() { Key = ByteString.CopyFrom(new byte[4097]) }));
        Assert.Equal(
            Refusal("value-too-large"),
            await RefusedAsync<PutRequest, PutReply>(new() { Key = Key("a"), Value = ByteString.CopyFrom(new byte[SharedNode.ValueBytesMax + 1]) }));
        Assert.Equal(Refusal("malformed"), await RefusedAsync<PutRequest, PutReply>(new() { Key = Key("a"), TtlMilliseconds = -1 }));
        Assert.Equal(
            Refusal("unknown-consistency"),
            await RefusedAsync<PutRequest, PutReply>(new() { Key = Key("a"), Consistency = new() { Named = (Level)7 } }));
        Assert.Equal(
            Refusal("level-too-high"), await RefusedAsync<PutRequest, PutReply>(new() { Key = Key("a"), Consistency = new() { Replicas = 2 } }));
    }

    [Fact]
    public async Task A_condition_that_fails_tells_the_version_found()
    {
        PutReply first = await CallAsync<PutRequest, PutReply>(new() { Key = Key("if"), Condition = new() { Absent = true } });
        PutReply second = await CallAsync<PutRequest, PutReply>(new() { Key = Key("if"), Condition = new() { Version = first.Version } });
        ErrorDetail stale = await FailedAsync<DeleteRequest, DeleteReply>(new() { Key = Key("if"), Condition = new() { Version = first.Version } });

        Assert.Equal(
            new ErrorDetail
            {
                Code = (int)StatusCode.FailedPrecondition,
                Type = "condition-failed",
                Message = $"The key should be at version {first.Version}, but it is at version {second.Version}.",
                Outcome = Outcome.NotApplied,
                Version = second.Version,
            },
            stale);
    }

    [Fact]
    public async Task Increments_from_many_callers_add_up()
    {
        IncrementReply[] replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            CallAsync<IncrementRequest, IncrementReply>(new() { Key = Key("sum"), By = 2 })));

        Assert.Equal(Enumerable.Range(1, 50).Select(number => 2L * number), replies.Select(reply => reply.Value).Order());
        await CallAsync<PutRequest, PutReply>(new() { Key = Key("text"), Value = Value });
        Assert.Equal(
            ("not-a-number", StatusCode.FailedPrecondition, Outcome.NotApplied),
            await RefusedAsync<IncrementRequest, IncrementReply>(new() { Key = Key("text"), By = 1 }));
    }

    [Fact]
    public async Task Appends_add_to_the_value_up_to_the_longest_there_may_be()
    {
        ByteString half = ByteString.CopyFrom(new byte[SharedNode.ValueBytesMax / 2]);
        AppendReply[] replies =
        [
            await CallAsync<AppendRequest, AppendReply>(new() { Key = Key("log"), Value = half }),
            await CallAsync<AppendRequest, AppendReply>(new() { Key = Key("log"), Value = half }),
        ];
        Assert.Equal([half.Length, half.Length * 2], replies.Select(reply => (int)reply.ValueLength));
        Assert.Equal(
            ("value-too-large", StatusCode.InvalidArgument, Outcome.NotApplied),
            await RefusedAsync<AppendRequest, AppendReply>(new() { Key = Key("log"), Value = half }));
        Assert.Equal(replies[1].Version, (await CallAsync<GetRequest, GetReply>(new() { Key = Key("log") })).Version);
    }

    [Fact]
    public async Task A_put_says_what_it_replaced_where_it_is_asked_to()
    {
        PutReply first = await CallAsync<PutRequest, PutReply>(new() { Key = Key("swap"), Value = Value, ReturnPrevious = true });
        PutReply second = await CallAsync<PutRequest, PutReply>(new() { Key = Key("swap"), ReturnPrevious = true });
        PutReply third = await CallAsync<PutRequest, PutReply>(new() { Key = Key("swap") });
        Assert.Equal((false, ""), (first.HasPrevious, first.PreviousVersion));
        Assert.Equal((Value, first.Version), (second.Previous, second.PreviousVersion));
        Assert.False(third.HasPrevious);

        BatchRequest batch = new();
        batch.Operations.Add(new BatchOperation { Put = new() { Key = Key("swap"), ReturnPrevious = true } });
        batch.Operations.Add(new BatchOperation { Delete = new() { Key = Key("swap"), ReturnPrevious = true } });
        Assert.All((await CallAsync<BatchRequest, BatchReply>(batch)).Results, result =>
            Assert.Equal(("malformed", Outcome.NotApplied), (result.Error.Type, result.Error.Outcome)));
    }

    [Fact]
    public async Task A_delete_says_what_it_removed_where_it_is_asked_to()
    {
        PutReply put = await CallAsync<PutRequest, PutReply>(new() { Key = Key("take"), Value = Value, TtlMilliseconds = 3_600_000 });
        GetReply got = await CallAsync<GetRequest, GetReply>(new() { Key = Key("take") });
        DeleteReply taken = await CallAsync<DeleteRequest, DeleteReply>(new() { Key = Key("take"), ReturnPrevious = true });
        DeleteReply again = await CallAsync<DeleteRequest, DeleteReply>(new() { Key = Key("take"), ReturnPrevious = true });

        Assert.Equal((Value, put.Version, got.ExpiresAt), (taken.Previous, taken.PreviousVersion, taken.PreviousExpiresAt));
        Assert.Equal((false, false), (again.Existed, again.HasPrevious));
    }

    [Fact]
    public async Task A_batch_answers_each_operation_on_its_own_and_in_order()
    {
        BatchRequest request = new();
        request.Operations.Add(new BatchOperation { Put = new() { Key = Key("b1"), Value = Value } });
        request.Operations.Add(new BatchOperation { Get = new() { Key = Key("b2") } });
        request.Operations.Add(new BatchOperation { Increment = new() { Key = Key("b3"), By = 7 } });
        request.Operations.Add(new BatchOperation { Delete = new() { Key = Key("b4") } });
        request.Operations.Add(new BatchOperation { Put = new() });
        request.Operations.Add(new BatchOperation { Append = new() { Key = Key("b5"), Value = Value } });
        request.Operations.Add(new BatchOperation { Append = new() { Key = Key("b6"), Value = ByteString.CopyFrom(new byte[SharedNode.ValueBytesMax + 1]) } });
        BatchReply reply = await CallAsync<BatchRequest, BatchReply>(request);

        Assert.Equal(
            [BatchResult.ResultOneofCase.Put, BatchResult.ResultOneofCase.Error, BatchResult.ResultOneofCase.Increment,
                BatchResult.ResultOneofCase.Delete, BatchResult.ResultOneofCase.Error, BatchResult.ResultOneofCase.Append,
                BatchResult.ResultOneofCase.Error],
            reply.Results.Select(result => result.ResultCase));
        Assert.Equal(("absent", (int)StatusCode.NotFound), (reply.Results[1].Error.Type, reply.Results[1].Error.Code));
        Assert.Equal(7, reply.Results[2].Increment.Value);
        Assert.Equal(("empty-key", Outcome.NotApplied), (reply.Results[4].Error.Type, reply.Results[4].Error.Outcome));
        Assert.Equal((uint)Value.Length, reply.Results[5].Append.ValueLength);
        Assert.Equal(("value-too-large", Outcome.NotApplied), (reply.Results[6].Error.Type, reply.Results[6].Error.Outcome));
    }

    [Fact]
    public async Task A_batch_whose_values_do_not_fit_a_reply_says_which()
    {
        await CallAsync<PutRequest, PutReply>(new() { Key = Key("fat"), Value = ByteString.CopyFrom(new byte[SharedNode.ValueBytesMax]) });
        BatchRequest request = new();
        request.Operations.AddRange(Enumerable.Range(0, 200).Select(_ => new BatchOperation { Get = new() { Key = Key("fat") } }));
        using var channel = shared.Node.ChannelFor(replyBytesMax: 64 << 20);
        BatchReply reply = await shared.Node.Call<BatchRequest, BatchReply>(request, Options, channel);

        int fitting = reply.Results.Count(result => result.Get is not null);
        Assert.Equal(200, reply.Results.Count);
        Assert.InRange(fitting, 160, 168);
        Assert.All(reply.Results.Skip(fitting), result => Assert.Equal("reply-too-large", result.Error.Type));
    }

    [Fact]
    public async Task A_batch_of_too_many_is_refused_whole()
    {
        BatchRequest request = new();
        request.Operations.AddRange(Enumerable.Range(0, 1001).Select(_ => new BatchOperation { Get = new() { Key = Key("a") } }));

        Assert.Equal(("malformed", StatusCode.InvalidArgument, Outcome.Unspecified), await RefusedAsync<BatchRequest, BatchReply>(request));
    }

    [Fact]
    public async Task A_scan_goes_on_where_its_cursor_says()
    {
        BatchRequest puts = new();
        puts.Operations.AddRange(Enumerable.Range(0, 600).Select(number =>
            new BatchOperation { Put = new() { Key = Key($"scan/{number:d3}"), Value = Value } }));
        await CallAsync<BatchRequest, BatchReply>(puts);

        List<ScanReply> first = await ScanAsync(new() { Prefix = Key("scan/"), Limit = 300 });
        List<ScanReply> rest = await ScanAsync(new() { Prefix = Key("scan/"), Cursor = first[^1].Cursor });

        string[] keys = [.. first.Concat(rest).SelectMany(reply => reply.Entries).Select(entry => entry.Key.ToStringUtf8())];
        Assert.Equal(Enumerable.Range(0, 600).Select(number => $"scan/{number:d3}"), keys);
        Assert.Equal(300, first.Sum(reply => reply.Entries.Count));
        Assert.Equal((5U, 0L, ByteString.Empty), (rest[0].Entries[0].ValueLength, rest[0].Entries[0].ExpiresAt, rest[^1].Cursor));
    }

    [Fact]
    public async Task A_scan_of_some_slots_gives_their_keys_and_no_others()
    {
        string[] keys = [.. Enumerable.Range(0, 200).Select(number => $"slots/{number:d3}")];
        BatchRequest puts = new();
        puts.Operations.AddRange(keys.Select(key => new BatchOperation { Put = new() { Key = Key(key), Value = Value } }));
        await CallAsync<BatchRequest, BatchReply>(puts);
        uint SlotOf(string key) => Slots.Of(Encoding.UTF8.GetBytes(key)).Number;
        uint one = SlotOf(keys[17]);
        bool IsWanted(string key) => SlotOf(key) == one || SlotOf(key) is >= 1_000 and <= 9_000;

        ScanRequest request = new() { Prefix = Key("slots/"), Slots = { new SlotSpan { First = one, Last = one }, new SlotSpan { First = 1_000, Last = 9_000 } } };
        List<ScanReply> found = await ScanAsync(request);

        string[] wanted = [.. keys.Where(IsWanted)];
        Assert.InRange(wanted.Length, 50, 150);
        Assert.Equal(wanted, found.SelectMany(reply => reply.Entries).Select(entry => entry.Key.ToStringUtf8()));
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(0, 16_384)]
    public async Task Slots_that_are_none_are_refused(uint first, uint last)
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            () => ScanAsync(new() { Slots = { new SlotSpan { First = first, Last = last } } }));

        Assert.Equal(("malformed", StatusCode.InvalidArgument), (DetailOf(failure).Type, failure.StatusCode));
    }

    [Fact]
    public async Task A_cursor_of_another_prefix_is_refused()
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => ScanAsync(new() { Prefix = Key("x"), Cursor = Key("y") }));

        Assert.Equal(("malformed", StatusCode.InvalidArgument), (DetailOf(failure).Type, failure.StatusCode));
    }

    [Fact]
    public async Task A_value_is_deleted_when_its_time_is_over()
    {
        DateTimeOffset before = DateTimeOffset.UtcNow;
        await CallAsync<PutRequest, PutReply>(new() { Key = Key("brief"), Value = Value, TtlMilliseconds = 500 });
        await CallAsync<PutRequest, PutReply>(new() { Key = Key("long"), Value = Value, TtlMilliseconds = 3_600_000 });
        GetReply kept = await CallAsync<GetRequest, GetReply>(new() { Key = Key("long") });

        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(kept.ExpiresAt), before.AddHours(1).AddSeconds(-1), before.AddHours(1).AddMinutes(1));
        while (await ReadTypeAsync(Key("brief")) is not "deleted")
        {
            Assert.True(DateTimeOffset.UtcNow < before.AddMinutes(1), "the value should have been deleted half a second after its put");
        }
    }

    [Fact]
    public async Task Every_answer_tells_its_trace()
    {
        using AsyncUnaryCall<PutReply> call = shared.Node.Call<PutRequest, PutReply>(new() { Key = Key("traced") }, Options);
        await call;

        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", (await call.ResponseHeadersAsync).GetValue("traceresponse"));
    }

    [Fact]
    public async Task An_unknown_method_is_unimplemented()
    {
        Method<GetRequest, GetReply> method = new(
            MethodType.Unary, "kvstore.v1.Kv", "Steal", Marshallers.Create(m => m.ToByteArray(), GetRequest.Parser.ParseFrom),
            Marshallers.Create(m => m.ToByteArray(), GetReply.Parser.ParseFrom));
        using var channel = shared.Node.ChannelFor(replyBytesMax: 1 << 20);
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await channel.CreateCallInvoker().AsyncUnaryCall(method, host: null, Options, new GetRequest()));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);

    private static ErrorDetail DetailOf(RpcException failure) =>
        ErrorDetail.Parser.ParseFrom(failure.Trailers.Single(entry => entry.Key == "kvstore-error-bin").ValueBytes);

    private Task<TReply> CallAsync<TRequest, TReply>(TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TReply : class, IMessage<TReply>, new() => shared.Node.Call<TRequest, TReply>(request, Options).ResponseAsync;

    private async Task<ErrorDetail> FailedAsync<TRequest, TReply>(TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TReply : class, IMessage<TReply>, new()
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => CallAsync<TRequest, TReply>(request));
        ErrorDetail detail = DetailOf(failure);
        Assert.Equal(((StatusCode)detail.Code, detail.Message), (failure.StatusCode, failure.Status.Detail));
        return detail;
    }

    private async Task<(string Type, StatusCode Code, Outcome Outcome)> RefusedAsync<TRequest, TReply>(TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TReply : class, IMessage<TReply>, new()
    {
        ErrorDetail detail = await FailedAsync<TRequest, TReply>(request);
        return (detail.Type, (StatusCode)detail.Code, detail.Outcome);
    }

    /// <returns>"value", or why there is none.</returns>
    private async Task<string> ReadTypeAsync(ByteString key)
    {
        try
        {
            await CallAsync<GetRequest, GetReply>(new() { Key = key });
            return "value";
        }
        catch (RpcException failure)
        {
            return DetailOf(failure).Type;
        }
    }

    private async Task<List<ScanReply>> ScanAsync(ScanRequest request)
    {
        using AsyncServerStreamingCall<ScanReply> call = shared.Node.Stream<ScanRequest, ScanReply>(request, Options);
        List<ScanReply> replies = [];
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            replies.Add(call.ResponseStream.Current);
        }

        return replies;
    }
}
