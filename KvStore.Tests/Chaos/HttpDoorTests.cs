using System.Net;
using System.Net.Sockets;
using System.Text;
using KvStore.Tests.Simulation.Histories;
using Xunit;

namespace KvStore.Tests.Chaos;

public sealed class HttpDoorTests
{
    private static readonly byte[] Sum = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nETag: \"1-1-1-1\"\r\nContent-Length: 1\r\n\r\n1");

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>Sent again, to nobody, it would be told as not applied, though the first one may well have been.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_whose_connection_ends_before_the_answer_is_unknown(bool isIncrement)
    {
        using TcpListener node = new(IPAddress.Loopback, 0);
        node.Start();
        Task killed = AnswerOnceAndEndAsync(node);
        using HttpDoor door = new(new Uri($"http://{node.LocalEndpoint}"), TimeSpan.FromSeconds(60), readsStale: false);
        ChaosRequest request = isIncrement ? new("key", OperationKind.Increment) : new("key", OperationKind.Put, "v");

        Assert.Equal(RecordedOutcome.Committed, (await door.AskAsync(request)).Outcome);
        Assert.Equal(ChaosAnswer.Unknown, await door.AskAsync(request));
        await killed;
    }

    /// <summary>Takes two requests on one connection and answers the first; then nobody listens there any more.</summary>
    private async Task AnswerOnceAndEndAsync(TcpListener node)
    {
        using TcpClient connection = await node.AcceptTcpClientAsync(_cancellation);
        NetworkStream stream = connection.GetStream();
        await ReadRequestAsync(stream);
        await stream.WriteAsync(Sum, _cancellation);
        await ReadRequestAsync(stream);
        node.Stop();
    }

    /// <summary>Up to the end of its headers and its content, which is as short as these are.</summary>
    private async Task ReadRequestAsync(NetworkStream stream)
    {
        StringBuilder request = new();
        byte[] one = new byte[1];
        while (!IsWhole(request.ToString()))
        {
            await stream.ReadExactlyAsync(one, _cancellation);
            request.Append((char)one[0]);
        }
    }

    private static bool IsWhole(string request) =>
        request.EndsWith("\r\n\r\n", StringComparison.Ordinal)
            ? !request.Contains("Content-Length: 1", StringComparison.Ordinal)
            : request.EndsWith("\r\n\r\nv", StringComparison.Ordinal);
}
