using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Grpc;

namespace KvStore.Tests.Interop;

/// <summary>Our generated client calls a stock server of the echo service.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockServerTests : IAsyncLifetime
{
    private const int MessageBytesMax = 32 << 20;

    private StockProgram _server = null!;
    private GrpcChannel _channel = null!;
    private Echo.EchoClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = StockProgram.Start("echo-server.js");
        _channel = GrpcChannel.ForAddress(
            $"http://127.0.0.1:{await _server.LineAsync()}",
            new GrpcChannelOptions { MaxReceiveMessageSize = MessageBytesMax, MaxSendMessageSize = MessageBytesMax });
        _client = new Echo.EchoClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_answers_all_four_kinds_of_call()
    {
        Assert.Equal("hello", (await _client.SayAsync(new Text { Value = "hello" }, cancellationToken: Cancellation)).Value);

        using var spell = _client.Spell(new Text { Value = "abc" }, cancellationToken: Cancellation);
        Assert.Equal(["a", "b", "c"], await ReadAllAsync(spell.ResponseStream));

        using var join = _client.Join(cancellationToken: Cancellation);
        await join.RequestStream.WriteAsync(new Text { Value = "a" }, Cancellation);
        await join.RequestStream.WriteAsync(new Text { Value = "b" }, Cancellation);
        await join.RequestStream.CompleteAsync();
        Assert.Equal("ab", (await join).Value);

        using var converse = _client.Converse(cancellationToken: Cancellation);
        foreach (string word in new[] { "one", "two" })
        {
            await converse.RequestStream.WriteAsync(new Text { Value = word }, Cancellation);
            Assert.True(await converse.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(word.ToUpperInvariant(), converse.ResponseStream.Current.Value);
        }

        await converse.RequestStream.CompleteAsync();
        Assert.Empty(await ReadAllAsync(converse.ResponseStream));
    }

    [Fact]
    public async Task Binary_metadata_goes_both_ways()
    {
        byte[] nonce = [0, 1, 254, 255];
        using var call = _client.SayAsync(
            new Text { Value = "hello" }, new Metadata { { "nonce-bin", nonce }, { "mark", "yes" } }, cancellationToken: Cancellation);
        await call;
        Metadata headers = await call.ResponseHeadersAsync;

        Assert.Equal(nonce, headers.GetValueBytes("nonce-bin"));
        Assert.Equal(("yes", "/kvstore.tests.Echo/Say"), (headers.GetValue("mark"), headers.GetValue("method")));
        Assert.Equal("5", call.GetTrailers().GetValue("length"));
    }

    [Fact]
    public async Task An_error_has_its_code_its_text_and_its_trailers()
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await _client.FailAsync(new Text { Value = "not now: ä" }, cancellationToken: Cancellation));

        Assert.Equal((StatusCode.FailedPrecondition, "not now: ä"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal("asked", failure.Trailers.GetValue("reason"));
        Assert.Equal([0, 255], failure.Trailers.GetValueBytes("reason-bin")!);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_at_both_ends()
    {
        await _client.SayAsync(new Text(), cancellationToken: Cancellation); // so that the time is not spent on connecting
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await _client.WaitForCancellationAsync(
            new Text(), deadline: DateTime.UtcNow.AddSeconds(2), cancellationToken: Cancellation));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.Equal(["waiting", "cancelled"], [await _server.LineAsync(), await _server.LineAsync()]);
    }

    [Fact]
    public async Task A_cancellation_reaches_the_server()
    {
        using CancellationTokenSource cancellation = new();
        using var call = _client.WaitForCancellationAsync(new Text(), cancellationToken: cancellation.Token);
        Assert.Equal("waiting", await _server.LineAsync());
        await cancellation.CancelAsync();

        Assert.Equal("cancelled", await _server.LineAsync());
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
    }

    [Fact]
    public async Task A_message_of_16_MiB_comes_back_whole_with_gzip_and_without()
    {
        string value = new('ä', 8 << 20);
        Text plain = await _client.SayAsync(new Text { Value = value }, cancellationToken: Cancellation);
        Text zipped = await _client.SayAsync(
            new Text { Value = value }, new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Cancellation);

        Assert.True(plain.Value == value && zipped.Value == value);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_stops_the_writer_and_costs_little_memory()
    {
        const int MessageBytes = 64 << 10;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using var call = _client.Flood(new Text { Value = new string('a', MessageBytes) }, cancellationToken: Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        int sent = 0;
        foreach (int _ in Enumerable.Range(0, 300))
        {
            Text count = await _client.SayAsync(new Text { Value = "how many?" }, cancellationToken: Cancellation);
            sent = int.Parse(count.Value, CultureInfo.InvariantCulture);
        }

        // What the windows and buffers of both ends hold; the client's window may grow to 16 MiB.
        Assert.InRange(sent, 1, (24 << 20) / MessageBytes);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 << 20);
        foreach (int _ in Enumerable.Range(0, 2000))
        {
            Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        }
    }

    private static async Task<List<string>> ReadAllAsync(IAsyncStreamReader<Text> stream)
    {
        List<string> values = [];
        await foreach (Text text in stream.ReadAllAsync(Cancellation))
        {
            values.Add(text.Value);
        }

        return values;
    }
}
