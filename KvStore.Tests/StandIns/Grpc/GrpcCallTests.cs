using System.IO.Compression;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

/// <summary>The real server and the real client, talking over our contracts.</summary>
public sealed class GrpcCallTests : IAsyncLifetime
{
    private EchoServer _server = null!;
    private Echo.EchoClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await EchoServer.StartAsync(Cancellation);
        _client = new Echo.EchoClient(_server.Channel);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_unary_call_returns_the_response_with_headers_and_trailers()
    {
        byte[] nonce = [0, 1, 254, 255];

        using var call = _client.SayAsync(new Text { Value = "hello" }, new Metadata { { "nonce-bin", nonce } }, cancellationToken: Cancellation);
        var response = await call;
        var headers = await call.ResponseHeadersAsync;

        Assert.Equal("hello", response.Value);
        Assert.Equal(nonce, headers.GetValueBytes("nonce-bin"));
        Assert.Equal("/kvstore.tests.Echo/Say", headers.GetValue("method"));
        Assert.Equal("5", call.GetTrailers().GetValue("length"));
        Assert.Equal(Status.DefaultSuccess, call.GetStatus());
    }

    [Fact]
    public void A_blocking_call_returns_the_response() =>
        Assert.Equal("hello", _client.Say(new Text { Value = "hello" }, cancellationToken: Cancellation).Value);

    [Fact]
    public async Task A_message_of_three_megabytes_survives_in_both_directions()
    {
        var text = Convert.ToHexString(RandomNumberGenerator.GetBytes(3 << 19));

        var response = await _client.SayAsync(new Text { Value = text }, cancellationToken: Cancellation);

        Assert.Equal(text, response.Value);
    }

    [Fact]
    public async Task A_server_streams_responses_in_order()
    {
        using var call = _client.Spell(new Text { Value = "abc" }, cancellationToken: Cancellation);

        var letters = await ReadAsync(call.ResponseStream);

        Assert.Equal(["a", "b", "c"], letters);
    }

    [Fact]
    public async Task A_client_streams_requests_and_gets_one_response()
    {
        using var call = _client.Join(cancellationToken: Cancellation);

        foreach (var part in new[] { "a", "b", "c" })
        {
            await call.RequestStream.WriteAsync(new Text { Value = part }, Cancellation);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal("abc", (await call).Value);
    }

    [Fact]
    public async Task A_duplex_call_answers_each_request_before_the_next_is_sent()
    {
        using var call = _client.Converse(cancellationToken: Cancellation);

        var answers = new List<string>();
        foreach (var part in new[] { "a", "b", "c" })
        {
            await call.RequestStream.WriteAsync(new Text { Value = part }, Cancellation);
            Assert.True(await call.ResponseStream.MoveNext(Cancellation));
            answers.Add(call.ResponseStream.Current.Value);
        }

        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(["A", "B", "C"], answers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_failing_handler_sends_its_status_and_trailers()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.FailAsync(new Text { Value = "not now" }, cancellationToken: Cancellation));

        Assert.Equal((StatusCode.FailedPrecondition, "not now"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal("asked", failure.Trailers.GetValue("reason"));
        Assert.Equal([0, 255], failure.Trailers.GetValueBytes("reason-bin"));
    }

    [Fact]
    public async Task A_call_past_its_deadline_ends_on_both_sides()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await _client.WaitForCancellationAsync(
            new Text(), deadline: DateTime.UtcNow.AddMilliseconds(200), cancellationToken: Cancellation));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        await _server.Service.Cancelled.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task A_cancelled_call_ends_on_both_sides()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _client.WaitForCancellationAsync(new Text(), cancellationToken: cancellation.Token);
        await _server.Service.Waiting.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        await cancellation.CancelAsync();
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        await _server.Service.Cancelled.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task Messages_are_compressed_with_gzip_in_both_directions()
    {
        var gzip = new CountingGzip();
        using var channel = GrpcChannel.ForAddress(_server.Address, new GrpcChannelOptions { CompressionProviders = [gzip] });
        var text = new string('k', 100_000);

        var response = await new Echo.EchoClient(channel).SayAsync(
            new Text { Value = text },
            new Metadata { { "grpc-internal-encoding-request", "gzip" } },
            cancellationToken: Cancellation);

        Assert.Equal(text, response.Value);
        Assert.Equal((1, 1), (gzip.Compressed, gzip.Decompressed));
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        using var channel = GrpcChannel.ForAddress("http://127.0.0.1:1");

        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await new Echo.EchoClient(channel).SayAsync(new Text(), cancellationToken: Cancellation));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.NotNull(failure.Status.DebugException);
    }

    [Fact]
    public async Task Interceptors_see_calls_on_both_sides()
    {
        var intercepted = new Echo.EchoClient(_server.Channel.Intercept(new MarkingInterceptor()));

        using var unary = intercepted.SayAsync(new Text(), cancellationToken: Cancellation);
        await unary;
        using var streaming = _client.Spell(new Text { Value = "a" }, cancellationToken: Cancellation);
        await ReadAsync(streaming.ResponseStream);

        Assert.Equal("unary Say", unary.GetTrailers().GetValue("mark"));
        Assert.Equal("server", streaming.GetTrailers().GetValue("mark"));
    }

    [Fact]
    public async Task A_client_with_a_host_names_it_as_authority()
    {
        string? authority = null;
        var spy = _server.Channel.CreateCallInvoker().Intercept(new HostSpy(host => authority = host));

        await new Echo.EchoClient(spy).WithHost("elsewhere").SayAsync(new Text(), cancellationToken: Cancellation);

        Assert.Equal("elsewhere", authority);
    }

    private static async Task<List<string>> ReadAsync(IAsyncStreamReader<Text> stream)
    {
        var values = new List<string>();
        await foreach (var text in stream.ReadAllAsync(Cancellation))
        {
            values.Add(text.Value);
        }

        return values;
    }

    private sealed class CountingGzip : ICompressionProvider
    {
        private readonly GzipCompressionProvider _gzip = new(CompressionLevel.Fastest);

        public int Compressed { get; private set; }

        public int Decompressed { get; private set; }

        public string EncodingName => _gzip.EncodingName;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel)
        {
            Compressed++;
            return _gzip.CreateCompressionStream(stream, compressionLevel);
        }

        public Stream CreateDecompressionStream(Stream stream)
        {
            Decompressed++;
            return _gzip.CreateDecompressionStream(stream);
        }
    }

    private sealed class HostSpy(Action<string?> saw) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            saw(context.Host);
            return continuation(request, context);
        }
    }
}
