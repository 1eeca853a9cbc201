using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using KvStore.Client;
using KvStore.Protocol;
using KvStore.Tests.Cluster;
using Xunit;

namespace KvStore.Tests.Client;

/// <summary>What a failure tells about a write, and who is asked next.</summary>
public sealed class KvClientFailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_nobody_listens_nothing_was_applied()
    {
        using KvClient client = new(Closed());

        KvException failure = await Assert.ThrowsAsync<KvException>(() => client.PutAsync("key", "value", cancellationToken: Cancel));

        Assert.Equal(("unreachable", KvOutcome.NotApplied), (failure.ErrorType, failure.Outcome));
    }

    [Fact]
    public async Task A_connection_that_breaks_under_a_put_leaves_it_unknown_and_it_is_not_sent_again()
    {
        await using ScriptedMember breaking = await new ScriptedMember
        {
            OnPut = (_, context) =>
            {
                context.GetHttpContext().Abort();
                return new TaskCompletionSource<PutReply>().Task;
            },
        }.StartAsync();
        await using ScriptedMember other = await new ScriptedMember().StartAsync();
        using KvClient client = new(breaking.Address, other.Address);

        KvException failure = await Assert.ThrowsAsync<KvException>(() => client.PutAsync("key", "value", cancellationToken: Cancel));

        Assert.Equal(KvOutcome.Unknown, failure.Outcome);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_put_that_was_not_applied_is_sent_to_the_next_member_and_to_that_one_first_from_then_on()
    {
        await using ScriptedMember refusing = await new ScriptedMember
        {
            OnPut = (_, _) => throw ScriptedMember.Failure(StatusCode.Unavailable, "quorum-unreachable", Outcome.NotApplied),
        }.StartAsync();
        await using ScriptedMember answering = await new ScriptedMember
        {
            OnPut = (_, _) => Task.FromResult(new PutReply { Version = "1-a-0-1" }),
        }.StartAsync();
        using KvClient client = new(Closed(), refusing.Address, answering.Address);

        Assert.Equal(new PutResult(Applied: true, "1-a-0-1"), await client.PutAsync("key", "value", cancellationToken: Cancel));
        await client.PutAsync("key", "value", cancellationToken: Cancel);

        Assert.Single(refusing.Requests);
        Assert.Equal(2, answering.Requests.Count);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "quorum-unreachable", KvOutcome.Unknown)]
    [InlineData(StatusCode.DeadlineExceeded, "deadline", KvOutcome.Unknown)]
    [InlineData(StatusCode.InvalidArgument, "empty-key", KvOutcome.NotApplied)]
    [InlineData(StatusCode.FailedPrecondition, "not-a-number", KvOutcome.NotApplied)]
    public async Task A_put_is_asked_once_where_another_member_must_not_or_could_not_help(
        StatusCode code, string type, KvOutcome outcome)
    {
        Outcome told = outcome == KvOutcome.Unknown ? Outcome.Unknown : Outcome.NotApplied;
        await using ScriptedMember refusing = await new ScriptedMember
        {
            OnPut = (_, _) => throw ScriptedMember.Failure(code, type, told),
        }.StartAsync();
        await using ScriptedMember other = await new ScriptedMember().StartAsync();
        using KvClient client = new(refusing.Address, other.Address);

        KvException failure = await Assert.ThrowsAsync<KvException>(() => client.PutAsync("key", "value", cancellationToken: Cancel));

        Assert.Equal((type, outcome, $"It is {type}."), (failure.ErrorType, failure.Outcome, failure.Message));
        Assert.Equal(refusing.Address, failure.Endpoint);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Calls_to_a_member_that_refuses_them_as_overloaded_are_held_back_until_it_does_no_longer()
    {
        bool isOverloaded = true;
        await using ScriptedMember member = await new ScriptedMember
        {
            OnPut = (_, _) => Volatile.Read(ref isOverloaded)
                ? throw ScriptedMember.Failure(StatusCode.ResourceExhausted, "overloaded", Outcome.NotApplied)
                : Task.FromResult(new PutReply { Version = "1-a-0-1" }),
        }.StartAsync();
        using KvClient client = new(new KvClientOptions { Endpoints = [member.Address], RequestTimeout = TimeSpan.FromMinutes(1) });

        int made = 0;
        await Eventually.IsAsync("calls that are held back, when many were refused", true, async token =>
        {
            const int Burst = 200;
            made += Burst;
            KvException[] failures = await Task.WhenAll(Enumerable.Range(0, Burst).Select(_ =>
                Assert.ThrowsAsync<KvException>(() => client.PutAsync("key", "value", cancellationToken: token))));
            Assert.All(failures, failure => Assert.Equal(
                ("overloaded", KvOutcome.NotApplied, "RESOURCE_EXHAUSTED"), (failure.ErrorType, failure.Outcome, failure.StatusCode)));
            return member.Requests.Count < made;
        }, Cancel);
        Volatile.Write(ref isOverloaded, false);
        await Eventually.IsAsync("puts in a row that are answered, when the member has room again", 100, token => AnsweredAsync(client, 100, token), Cancel);
    }

    [Fact]
    public async Task A_status_without_a_members_word_leaves_a_put_unknown()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnPut = (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "going away")),
        }.StartAsync();
        using KvClient client = new(member.Address);

        KvException failure = await Assert.ThrowsAsync<KvException>(() => client.PutAsync("key", "value", cancellationToken: Cancel));

        Assert.Equal(("transport", KvOutcome.Unknown), (failure.ErrorType, failure.Outcome));
    }

    [Fact]
    public async Task A_read_is_asked_elsewhere_while_there_is_time_when_a_member_hangs()
    {
        await using ScriptedMember hanging = await new ScriptedMember
        {
            OnGet = (_, _) => new TaskCompletionSource<GetReply>().Task,
        }.StartAsync();
        await using ScriptedMember answering = await new ScriptedMember
        {
            OnGet = (_, _) => Task.FromResult(new GetReply { Version = "1-a-0-1" }),
        }.StartAsync();
        using KvClient client = new(new KvClientOptions
        {
            Endpoints = [hanging.Address, answering.Address],
            RequestTimeout = TimeSpan.FromSeconds(4),
        });

        Assert.Equal(new KvValue(default, "1-a-0-1", ExpiresAt: null), await client.GetAsync("key", cancellationToken: Cancel));
    }

    [Fact]
    public async Task No_more_members_are_asked_than_allowed()
    {
        using KvClient client = new(new KvClientOptions { Endpoints = [Closed(), Closed(), Closed()], AttemptsMax = 2 });

        KvException failure = await Assert.ThrowsAsync<KvException>(() => client.GetAsync("key", cancellationToken: Cancel));

        Assert.Equal("unreachable", failure.ErrorType);
    }

    [Fact]
    public async Task A_caller_that_cancels_gets_its_cancellation()
    {
        await using ScriptedMember hanging = await new ScriptedMember
        {
            OnGet = (_, _) => new TaskCompletionSource<GetReply>().Task,
        }.StartAsync();
        using KvClient client = new(hanging.Address);
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("key", cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task A_scan_that_loses_its_member_goes_on_at_another_where_it_was()
    {
        TaskCompletionSource pageArrived = new();
        await using ScriptedMember breaking = await new ScriptedMember
        {
            OnScan = async (_, pages, context) =>
            {
                await pages.WriteAsync(Page("b", "a", "b"), context.CancellationToken);
                await pageArrived.Task;
                context.GetHttpContext().Abort();
            },
        }.StartAsync();
        ScanRequest? resumed = null;
        await using ScriptedMember answering = await new ScriptedMember
        {
            OnScan = async (request, pages, context) =>
            {
                resumed = request;
                await pages.WriteAsync(Page("", "c"), context.CancellationToken);
            },
        }.StartAsync();
        using KvClient client = new(breaking.Address, answering.Address);

        List<string> keys = [];
        await foreach (KvEntry entry in client.ScanAsync("", limit: 10, cancellationToken: Cancel))
        {
            keys.Add(entry.Key.ToString());
            pageArrived.TrySetResult();
        }

        Assert.Equal(["a", "b", "c"], keys);
        Assert.Equal(("b", 8u), (resumed!.Cursor.ToStringUtf8(), resumed.Limit));
    }

    [Fact]
    public async Task A_scan_ends_at_its_limit()
    {
        await using ScriptedMember member = await new ScriptedMember
        {
            OnScan = async (_, pages, context) => await pages.WriteAsync(Page("b", "a", "b"), context.CancellationToken),
        }.StartAsync();
        using KvClient client = new(member.Address);

        List<string> keys = [];
        await foreach (KvEntry entry in client.ScanAsync(limit: 2, cancellationToken: Cancel))
        {
            keys.Add(entry.Key.ToString());
        }

        Assert.Equal(["a", "b"], keys);
    }

    private static ScanReply Page(string cursor, params string[] keys)
    {
        ScanReply page = new() { Cursor = Google.Protobuf.ByteString.CopyFromUtf8(cursor) };
        page.Entries.AddRange(keys.Select(key => new ScanEntry { Key = Google.Protobuf.ByteString.CopyFromUtf8(key), Version = "1" }));
        return page;
    }

    private static async Task<int> AnsweredAsync(KvClient client, int calls, CancellationToken cancellationToken)
    {
        for (int call = 0; call < calls; call++)
        {
            await client.PutAsync("key", "value", cancellationToken: cancellationToken);
        }

        return calls;
    }

    // A port that was free a moment ago and that nobody listens on.
    private static Uri Closed()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
