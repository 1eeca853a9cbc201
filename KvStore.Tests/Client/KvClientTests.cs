using Google.Protobuf;
using Grpc.Core;
using KvStore.Client;
using KvStore.Protocol;
using Xunit;
using BatchOperation = KvStore.Client.BatchOperation;
using BatchResult = KvStore.Client.BatchResult;

namespace KvStore.Tests.Client;

public sealed class KvClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly byte[] Bytes = [1, 2, 3];

    [Fact]
    public async Task A_get_answers_value_version_and_expiry()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnGet = (_, _) => Task.FromResult(new GetReply { Value = ByteString.CopyFrom(Bytes), Version = "1-a-0-1", ExpiresAt = 1500 }),
        }.StartAsync();
        using KvClient client = new(member.Address);

        KvValue? value = await client.GetAsync("key", cancellationToken: Cancel);

        Assert.Equal(new KvValue(Bytes, "1-a-0-1", DateTimeOffset.FromUnixTimeMilliseconds(1500)), value);
    }

    [Fact]
    public async Task Absent_and_empty_are_two_things()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnGet = (request, _) => request.Key.ToStringUtf8() == "empty"
                ? Task.FromResult(new GetReply { Version = "1-a-0-1" })
                : throw ScriptedMember.Failure(StatusCode.NotFound, "absent", Outcome.Unspecified),
        }.StartAsync();
        using KvClient client = new(member.Address);

        Assert.Null(await client.GetAsync("absent", cancellationToken: Cancel));
        Assert.Equal(new KvValue(default, "1-a-0-1", ExpiresAt: null), await client.GetAsync("empty", cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_put_sends_what_it_was_given()
    {
        PutRequest? seen = null;
        await using ScriptedMember member = await new ScriptedMember
        {
            OnPut = (request, _) =>
            {
                seen = request;
                return Task.FromResult(new PutReply { Version = "1-a-0-1" });
            },
        }.StartAsync();
        using KvClient client = new(member.Address);

        PutResult result = await client.PutAsync(
            "key", Bytes, TimeSpan.FromSeconds(2), KvCondition.VersionIs("1-9-0-1"), KvStore.Client.Consistency.Replicas(2), Cancel);

        Assert.Equal(new PutResult(Applied: true, "1-a-0-1"), result);
        Assert.Equal(
            new PutRequest
            {
                Key = ByteString.CopyFromUtf8("key"),
                Value = ByteString.CopyFrom(Bytes),
                TtlMilliseconds = 2000,
                Condition = new Condition { Version = "1-9-0-1" },
                Consistency = new Protocol.Consistency { Replicas = 2 },
            },
            seen);
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_is_a_result_with_the_version_found()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnPut = (_, _) => throw ScriptedMember.Failure(StatusCode.FailedPrecondition, "condition-failed", Outcome.NotApplied, "1-7-0-1"),
        }.StartAsync();
        using KvClient client = new(member.Address);

        Assert.Equal(new PutResult(Applied: false, "1-7-0-1"), await client.PutAsync("key", Bytes, condition: KvCondition.Absent, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_time_to_live_of_nothing_is_refused_before_anything_is_sent()
    {
        await using ScriptedMember member = await new ScriptedMember().StartAsync();
        using KvClient client = new(member.Address);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.PutAsync("key", Bytes, TimeSpan.Zero, cancellationToken: Cancel));
        Assert.Empty(member.Requests);
    }

    [Fact]
    public async Task A_batch_tells_each_operation_its_own_result()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnBatch = _ => new BatchReply
            {
                Results =
                {
                    new Protocol.BatchResult { Get = new GetReply { Value = ByteString.CopyFrom(Bytes), Version = "1-a-0-1" } },
                    new Protocol.BatchResult { Error = new ErrorDetail { Code = (int)StatusCode.NotFound, Type = "absent" } },
                    new Protocol.BatchResult
                    {
                        Error = new ErrorDetail { Code = (int)StatusCode.FailedPrecondition, Type = "condition-failed", Version = "1-7-0-1" },
                    },
                    new Protocol.BatchResult { Delete = new DeleteReply { Existed = true, Version = "1-b-0-1" } },
                    new Protocol.BatchResult { Increment = new IncrementReply { Value = 8, Version = "1-c-0-1" } },
                    new Protocol.BatchResult { Append = new AppendReply { ValueLength = 9, Version = "1-d-0-1" } },
                    new Protocol.BatchResult
                    {
                        Error = new ErrorDetail { Code = (int)StatusCode.FailedPrecondition, Type = "condition-failed", Version = "1-8-0-1" },
                    },
                },
            },
        }.StartAsync();
        using KvClient client = new(member.Address);

        IReadOnlyList<BatchResult> results = await client.BatchAsync(
            [
                BatchOperation.Get("a"),
                BatchOperation.Get("b"),
                BatchOperation.Put("c", Bytes, condition: KvCondition.Absent),
                BatchOperation.Delete("d"),
                BatchOperation.Increment("e"),
                BatchOperation.Append("f", Bytes),
                BatchOperation.Append("g", Bytes, KvCondition.Absent),
            ],
            Cancel);

        Assert.Equal(
            [
                new BatchResult { Value = new KvValue(Bytes, "1-a-0-1", ExpiresAt: null) },
                new BatchResult(),
                new BatchResult { Put = new PutResult(Applied: false, "1-7-0-1") },
                new BatchResult { Delete = new DeleteResult(Applied: true, Existed: true, "1-b-0-1") },
                new BatchResult { Increment = new IncrementResult(Applied: true, 8, "1-c-0-1") },
                new BatchResult { Append = new AppendResult(Applied: true, 9, "1-d-0-1") },
                new BatchResult { Append = new AppendResult(Applied: false, 0, "1-8-0-1") },
            ],
            results);
    }

    [Fact]
    public async Task A_failed_operation_of_a_batch_keeps_its_outcome()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnBatch = _ => new BatchReply
            {
                Results =
                {
                    new Protocol.BatchResult
                    {
                        Error = new ErrorDetail { Code = (int)StatusCode.DeadlineExceeded, Type = "deadline", Outcome = Outcome.Unknown },
                    },
                },
            },
        }.StartAsync();
        using KvClient client = new(member.Address);

        BatchResult result = Assert.Single(await client.BatchAsync([BatchOperation.Put("a", Bytes)], Cancel));

        Assert.Equal(("deadline", KvOutcome.Unknown), (result.Error!.ErrorType, result.Error.Outcome));
    }

    [Fact]
    public async Task A_page_of_keys_ends_at_its_limit_and_says_where_the_next_goes_on()
    {
        List<ScanRequest> seen = [];
        await using ScriptedMember member = await new ScriptedMember
        {
            OnScan = async (request, replies, context) =>
            {
                seen.Add(request);
                await replies.WriteAsync(Page("b", "a", "b"), context.CancellationToken);
                await replies.WriteAsync(Page("c", "c"), context.CancellationToken);
            },
        }.StartAsync();
        using KvClient client = new(member.Address);

        KvPage page = await client.ListAsync("p", "cursor"u8.ToArray(), limit: 3, [(0, 7), (9, 9)], Cancel);

        Assert.Equal(["a", "b", "c"], page.Entries.Select(entry => entry.Key.ToString()));
        Assert.Equal("c", System.Text.Encoding.UTF8.GetString(page.Cursor.Span));
        Assert.Equal(
            [
                new ScanRequest
                {
                    Prefix = ByteString.CopyFromUtf8("p"),
                    Cursor = ByteString.CopyFromUtf8("cursor"),
                    Limit = 3,
                    Slots = { new SlotSpan { First = 0, Last = 7 }, new SlotSpan { First = 9, Last = 9 } },
                },
            ],
            seen);
    }

    [Fact]
    public async Task The_last_page_of_keys_has_no_cursor()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnScan = (_, replies, context) => replies.WriteAsync(Page("", "a"), context.CancellationToken),
        }.StartAsync();
        using KvClient client = new(member.Address);

        KvPage page = await client.ListAsync(default, cursor: default, limit: 3, cancellationToken: Cancel);

        Assert.Equal((1, true), (page.Entries.Count, page.Cursor.IsEmpty));
    }

    private static ScanReply Page(string cursor, params string[] keys) => new()
    {
        Cursor = ByteString.CopyFromUtf8(cursor),
        Entries = { keys.Select(key => new ScanEntry { Key = ByteString.CopyFromUtf8(key), Version = "1-a-0-1" }) },
    };
}
