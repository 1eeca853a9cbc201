using System.Net.Sockets;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.Storage;
using KvStore.Tests.Cluster;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>What a pipelined GET costs in memory, of all threads of the process; so it runs alone.</summary>
[Collection(nameof(RealProcesses))]
public sealed class RespAllocationTests
{
    private const int Together = 32;
    private const int KeyCount = 100;

    /// <summary>Of one GET, at most.</summary>
    private const int BytesMax = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pipelined_GET_allocates_hardly_anything()
    {
        const int Warm = 2_000;
        const int Measured = 1_000;
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { TracesPerSecondMax = 0, Durability = Durability.None, Resp = new RespOptions { Port = 0 } });
        await using (RespTalk talk = await RespTalk.ConnectAsync(node))
        {
            for (int i = 0; i < KeyCount; i++)
            {
                Assert.Equal("+OK", await talk.AskAsync($"SET allocated{i:00} {new string('v', 100)}"));
            }
        }

        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(node.RespEndPoint, Cancellation);
        byte[] commands = [.. Enumerable.Range(0, Together).SelectMany(i => RespBytes.Command("GET", $"allocated{i:00}"))];
        byte[] answers = new byte[Together * "$100\r\n\r\n".Length + (Together * 100)];
        await RunAsync(socket, commands, answers, Warm);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await RunAsync(socket, commands, answers, Measured);
        long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / (Measured * Together);
        TestContext.Current.SendDiagnosticMessage($"{each} bytes for a GET");
        Assert.InRange(each, 1, BytesMax);
    }

    private static async Task RunAsync(Socket socket, byte[] commands, byte[] answers, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await socket.SendAsync(commands, Cancellation);
            for (int read = 0; read < answers.Length;)
            {
                int more = await socket.ReceiveAsync(answers.AsMemory(read), Cancellation);
                Assert.NotEqual(0, more);
                read += more;
            }
        }
    }
}
