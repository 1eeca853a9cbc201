using System.Net.Sockets;
using System.Text;
using Xunit;

namespace KvStore.Tests.FrontEnds.Grpc;

/// <summary>What the gRPC port answers to those who do not speak HTTP/2.</summary>
public sealed class GrpcPortHttp1Tests(SharedNode shared) : IClassFixture<SharedNode>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PUT /kv/a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET")]
    public async Task Http_1_is_told_what_is_spoken_and_where_rest_is(string request)
    {
        string answer = await ExchangeAsync(Encoding.ASCII.GetBytes(request));

        Assert.StartsWith("HTTP/1.1 426 Upgrade Required\r\nUpgrade: h2c\r\n", answer);
        Assert.EndsWith(
            $"\r\n\r\nThis port speaks gRPC, over HTTP/2 without TLS and with prior knowledge. HTTP/1.1 (REST, health) is spoken at port {shared.Node.HttpPort}.\n",
            answer);
    }

    [Fact]
    public async Task A_client_of_http_gets_the_answer_whole()
    {
        using HttpClient client = new();
        using HttpResponseMessage response = await client.GetAsync($"http://{shared.Node.GrpcEndPoint}/health", Cancellation);

        Assert.Equal(426, (int)response.StatusCode);
        Assert.Contains("gRPC", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_no_http_at_all_is_ended()
    {
        byte[] greetingOfTls = [0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x00, .. new byte[30]];

        Assert.DoesNotContain("426", await ExchangeAsync(greetingOfTls));
    }

    /// <returns>Everything that is answered until the connection is closed.</returns>
    private async Task<string> ExchangeAsync(byte[] request)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(shared.Node.GrpcEndPoint, Cancellation);
        await using NetworkStream stream = new(socket);
        await stream.WriteAsync(request, Cancellation);
        using MemoryStream answer = new();
        try
        {
            await stream.CopyToAsync(answer, Cancellation);
        }
        catch (IOException)
        {
            // Reset instead of closed: what came before it counts.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
