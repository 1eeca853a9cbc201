using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using KvStore.Client;
using KvStore.Protocol;
using KvStore.Tests.Cluster;
using Xunit;
using BatchResult = KvStore.Protocol.BatchResult;

namespace KvStore.Tests.Client;

/// <summary>Operations that share a stream, and what a stream's end means to each.</summary>
public sealed class SessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_find_their_operations_in_any_order_and_calls_at_once_share_messages()
    {
        const int Calls = 200;
        List<SessionOperation> arrived = [];
        int messages = 0;
        await using ScriptedMember member = await new ScriptedMember
        {
            OnSession = async (requests, replies, context) =>
            {
                while (arrived.Count < Calls && await requests.MoveNext(context.CancellationToken))
                {
                    messages++;
                    arrived.AddRange(requests.Current.Operations);
                }

                foreach (SessionOperation operation in Enumerable.Reverse(arrived))
                {
                    await replies.WriteAsync(Answer(operation.Id, new BatchResult { Get = new GetReply { Value = operation.Operation.Get.Key, Version = "1-a-0-1" } }));
                }

                await requests.MoveNext(context.CancellationToken);
            },
        }.StartAsync();
        using KvClient client = new(member.Address);

        KvValue?[] values = await Task.WhenAll(Enumerable.Range(0, Calls).Select(number => client.GetAsync($"key-{number}", cancellationToken: Cancel)));

        Assert.Equal(Enumerable.Range(0, Calls).Select(number => $"key-{number}"), values.Select(value => value!.Text));
        Assert.True(messages < Calls, $"{messages} messages for {Calls} calls");
        Assert.Empty(member.Requests);
    }

    [Fact]
    public async Task A_stream_that_breaks_leaves_what_was_sent_unknown_and_the_next_operation_begins_another()
    {
        int sessions = 0;
        await using ScriptedMember member = await new ScriptedMember
        {
            OnSession = async (requests, replies, context) =>
            {
                bool breaks = Interlocked.Increment(ref sessions) == 1;
                while (await requests.MoveNext(context.CancellationToken))
                {
                    if (breaks)
                    {
                        context.GetHttpContext().Abort();
                    }
                    else
                    {
                        await replies.WriteAsync(Answer(requests.Current.Operations.Single().Id, new BatchResult { Put = new PutReply { Version = "1-a-0-1" } }));
                    }
                }
            },
        }.StartAsync();
        using KvClient client = new(member.Address);

        KvException failure = await Assert.ThrowsAsync<KvException>(() => client.PutAsync("key", "value", cancellationToken: Cancel));
        Assert.Equal(KvOutcome.Unknown, failure.Outcome);
        Assert.True((await client.PutAsync("key", "value", cancellationToken: Cancel)).Applied);
    }

    [Fact]
    public async Task A_member_that_is_closing_answers_what_it_has_and_gets_nothing_new_on_that_stream()
    {
        ConcurrentQueue<(int Session, string Key)> seen = [];
        int sessions = 0;
        bool ended = false;
        await using ScriptedMember member = await new ScriptedMember
        {
            OnSession = async (requests, replies, context) =>
            {
                int session = Interlocked.Increment(ref sessions);
                while (await requests.MoveNext(context.CancellationToken))
                {
                    foreach (SessionOperation operation in requests.Current.Operations)
                    {
                        seen.Enqueue((session, operation.Operation.Put.Key.ToStringUtf8()));
                        SessionReply answer = Answer(operation.Id, new BatchResult { Put = new PutReply { Version = "1-a-0-1" } });
                        answer.IsClosing = session == 1;
                        await replies.WriteAsync(answer);
                    }
                }

                ended |= session == 1;
            },
        }.StartAsync();
        using KvClient client = new(member.Address);

        Assert.True((await client.PutAsync("first", "value", cancellationToken: Cancel)).Applied);
        await Eventually.IsAsync("the session ends", true, _ => Task.FromResult(ended), Cancel);
        Assert.True((await client.PutAsync("second", "value", cancellationToken: Cancel)).Applied);

        Assert.Equal([(1, "first"), (2, "second")], seen);
    }

    [Fact]
    public async Task An_operation_without_an_answer_is_told_so_in_time_and_the_others_go_on()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnSession = async (requests, replies, context) =>
            {
                while (await requests.MoveNext(context.CancellationToken))
                {
                    foreach (SessionOperation operation in requests.Current.Operations.Where(each => each.Operation.Put.Key.ToStringUtf8() != "silent"))
                    {
                        await replies.WriteAsync(Answer(operation.Id, new BatchResult { Put = new PutReply { Version = "1-a-0-1" } }));
                    }
                }
            },
        }.StartAsync();
        using KvClient client = new(new KvClientOptions { Endpoints = [member.Address], RequestTimeout = TimeSpan.FromSeconds(2) });

        Task<PutResult> silent = client.PutAsync("silent", "value", cancellationToken: Cancel);
        Assert.True((await client.PutAsync("other", "value", cancellationToken: Cancel)).Applied);

        KvException failure = await Assert.ThrowsAsync<KvException>(() => silent);
        Assert.Equal(("deadline", KvOutcome.Unknown), (failure.ErrorType, failure.Outcome));
    }

    [Fact]
    public async Task A_refusal_is_told_as_that_of_a_call()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnSession = async (requests, replies, context) =>
            {
                while (await requests.MoveNext(context.CancellationToken))
                {
                    ErrorDetail error = new() { Code = (int)StatusCode.FailedPrecondition, Type = "condition-failed", Outcome = Outcome.NotApplied, Version = "2-a-0-1" };
                    await replies.WriteAsync(Answer(requests.Current.Operations.Single().Id, new BatchResult { Error = error }));
                }
            },
        }.StartAsync();
        using KvClient client = new(member.Address);

        Assert.Equal(
            new PutResult(Applied: false, "2-a-0-1"),
            await client.PutAsync("key", "value", condition: KvCondition.Absent, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_caller_that_cancels_is_not_kept()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnSession = async (requests, _, context) =>
            {
                while (await requests.MoveNext(context.CancellationToken))
                {
                }
            },
        }.StartAsync();
        using KvClient client = new(member.Address);
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PutAsync("key", "value", cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task A_large_operation_does_not_keep_others_waiting()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnSession = (_, _, _) => throw new RpcException(new Status(StatusCode.Internal, "not meant for a session")),
            OnPut = (_, _) => Task.FromResult(new PutReply { Version = "1-a-0-1" }),
        }.StartAsync();
        using KvClient client = new(member.Address);

        Assert.True((await client.PutAsync("key", new byte[100_000], cancellationToken: Cancel)).Applied);
        Assert.Single(member.Requests);
    }

    private static SessionReply Answer(ulong id, BatchResult result) => new() { Results = { new SessionResult { Id = id, Result = result } } };
}
