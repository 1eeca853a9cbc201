using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Health.V1;
using KvStore.Node.Peers;
using KvStore.Tests.Cluster;
using KvStore.Tests.Peers;

namespace KvStore.Tests.FrontEnds.Grpc;

/// <summary>Bad input on the gRPC port: each is answered or cut off, and the next caller is served as if nothing had been.</summary>
[Collection(nameof(RealProcesses))]
public sealed class GrpcPortAbuseTests : IAsyncLifetime
{
    private const string PutPath = "/kvstore.v1.Kv/Put";
    private const string GossipPath = "/kvstore.peer.v1.Peer/Gossip";
    private const int ProtocolError = 1;
    private const int FrameSizeError = 6;
    private const int CompressionError = 9;

    private RunningNode _node = null!;

    public static TheoryData<string, byte[], int> MalformedFrames => new()
    {
        { "data of no stream", RawHttp2.Frame(0, 0, 0, [1]), ProtocolError },
        { "data of a stream that was not opened", RawHttp2.Frame(0, 0, 7, [1]), ProtocolError },
        { "a frame that is longer than allowed", [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1], FrameSizeError },
        { "headers that are no HPACK", RawHttp2.Frame(1, 4, 1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), CompressionError },
        { "headers that go on without having begun", RawHttp2.Frame(9, 4, 1, [0]), ProtocolError },
        { "a window that grows by nothing", RawHttp2.Frame(8, 0, 0, [0, 0, 0, 0]), ProtocolError },
        { "a ping of seven bytes", RawHttp2.Frame(6, 0, 0, new byte[7]), FrameSizeError },
        { "a setting out of range", RawHttp2.Frame(4, 0, 0, [0, 2, 0, 0, 0, 2]), ProtocolError },
    };

    public static TheoryData<string, byte[], string> MalformedMessages => new()
    {
        { "no message", [], "13" },
        { "part of a prefix", [0, 0, 0], "13" },
        { "less than the prefix says", [0, 0, 0, 0, 9, 1, 2], "13" },
        { "no protocol buffer", [0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF], "2" },
        { "compressed by nothing", [1, 0, 0, 0, 1, 0], "13" },
        { "two messages of a unary call", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "13" },
        { "more than is taken", [0, 0x7F, 0xFF, 0xFF, 0xFF], "8" },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await AssertServesAsync();
        await _node.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(MalformedFrames))]
    public async Task A_malformed_frame_ends_its_connection_with_a_reason(string what, byte[] frame, int code)
    {
        using RawHttp2 connection = new();
        await connection.SendAsync(_node.GrpcEndPoint, [.. RawHttp2.Preface, .. RawHttp2.Settings, .. frame]);

        Assert.Equal((what, code), (what, await connection.GoAwayAsync()));
    }

    [Theory]
    [MemberData(nameof(MalformedMessages))]
    public async Task A_malformed_message_fails_its_call(string what, byte[] body, string status)
    {
        using HttpResponseMessage response = await PostAsync(PutPath, body);
        await response.Content.ReadAsByteArrayAsync(Cancellation);

        Assert.Equal((what, status), (what, StatusOf(response)));
    }

    [Fact]
    public async Task A_request_that_is_no_call_is_told_so()
    {
        using HttpResponseMessage text = await PostAsync(PutPath, [], contentType: "text/plain");
        using HttpResponseMessage unknown = await PostAsync(PutPath, [1, 0, 0, 0, 0], headers: ("grpc-encoding", "unheard-of"));
        using HttpResponseMessage many = await PostAsync(
            PutPath, [0, 0, 0, 0, 0], headers: [.. Enumerable.Range(0, 120).Select(number => ($"metadata-{number}", "a"))]);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        Assert.Equal("12", StatusOf(unknown));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, many.StatusCode);

        // The server ends the connection, or the client has heard of the server's limit before it sends.
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(PutPath, [0, 0, 0, 0, 0], headers: ("metadata", new string('a', 60_000))));
    }

    [Fact]
    public async Task A_connection_of_members_that_is_half_closed_at_once_ends()
    {
        using RawPeer dialled = await RawPeer.DialAsync(_node.GrpcEndPoint.Port, FramePreface.Of(LinkClass.Register));
        dialled.SayNothingMore();

        Assert.Equal("the peer ended the connection", await dialled.FarewellAsync());
    }

    [Fact]
    public async Task Calls_left_half_open_are_gone_with_their_connections()
    {
        using ServerGauges gauges = new(_node.Services);
        RawHttp2[] connections = [.. Enumerable.Range(0, 20).Select(_ => new RawHttp2())];
        foreach (RawHttp2 connection in connections)
        {
            byte[] calls = [.. Enumerable.Range(0, 50).SelectMany(call => RawHttp2.Call(1 + (2 * call), PutPath))];
            await connection.SendAsync(_node.GrpcEndPoint, [.. RawHttp2.Preface, .. RawHttp2.Settings, .. calls]);
        }

        await IsAsync("half-open calls", (20, 1000), gauges);
        foreach (RawHttp2 connection in connections)
        {
            connection.Reset();
        }

        await IsAsync("dropped connections", (0, 0), gauges);
    }

    [Fact]
    public async Task Ten_thousand_connections_opened_and_dropped_leave_nothing()
    {
        using ServerGauges gauges = new(_node.Services);
        await DropAsync(2_000);
        await IsAsync("2,000 dropped connections", (0, 0), gauges);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await DropAsync(8_000);
        await IsAsync("10,000 dropped connections", (0, 0), gauges);
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.SendDiagnosticMessage($"8,000 connections left {kept >> 10} KiB in the heap");

        // One kilobyte each would be 8 MiB.
        Assert.InRange(kept, long.MinValue, 8 << 20);
    }

    private static string? StatusOf(HttpResponseMessage response) =>
        response.TrailingHeaders.TryGetValues("grpc-status", out var inTrailers) ? inTrailers.Single()
        : response.Headers.TryGetValues("grpc-status", out var inHeaders) ? inHeaders.Single() : null;

    private static Task IsAsync(string phase, (long Connections, long Requests) expected, ServerGauges gauges) => Eventually.IsAsync(
        phase, $"{expected}", _ => Task.FromResult($"{(gauges.Connections, gauges.Requests)}"), Cancellation);

    /// <summary>Drops connections at every stage: silent, in the middle of the preface, idle, with a call, as a member, after garbage.</summary>
    private Task DropAsync(int connections) => Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, _) =>
    {
        byte[] idle = [.. RawHttp2.Preface, .. RawHttp2.Settings];
        using RawHttp2 connection = new();
        await connection.SendAsync(_node.GrpcEndPoint, (number % 6) switch
        {
            0 => [],
            1 => RawHttp2.Preface[..10],
            2 => idle,
            3 => [.. idle, .. RawHttp2.Call(1, number % 2 == 0 ? PutPath : GossipPath)],
            4 => FramePreface.Of(LinkClass.Bulk),
            _ => [.. idle, 0xFF, 0xFF, 0xFF, 0xFF],
        });
        if (number % 3 != 0)
        {
            connection.Reset();
        }
    });

    private async Task<HttpResponseMessage> PostAsync(
        string path, byte[] body, string contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        using HttpClient client = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{_node.GrpcEndPoint}{path}") { Version = HttpVersion.Version20 };
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request, Cancellation);
    }

    private async Task AssertServesAsync()
    {
        using var channel = _node.ChannelFor(replyBytesMax: 1 << 20);
        HealthCheckResponse health = await new Health.HealthClient(channel).CheckAsync(new(), cancellationToken: Cancellation);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }
}
