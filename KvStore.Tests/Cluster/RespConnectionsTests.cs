using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using KvStore.Node.FrontEnds.Resp;
using KvStore.Tests.FrontEnds.Resp;
using KvStore.Tests.Interop;
using KvStore.Tests.StandIns.Aspire;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>As many connections as a node says it takes, at a node that is a process of its own: half of the sockets are the test's.</summary>
[Collection(nameof(RealProcesses))]
public sealed partial class RespConnectionsTests : IDisposable
{
    /// <summary>Held when the memory is looked at first, so that what a node needs once is not counted.</summary>
    private const int First = 1_000;

    /// <summary>Of the node's memory for a connection that asks for nothing, at most.</summary>
    private const long BytesMax = 32 * 1024;

    /// <summary>Files and sockets that a process has open beside the connections, at most.</summary>
    private const int OtherFilesMax = 1_000;

    /// <summary>Opened or asked at once.</summary>
    private const int Together = 100;

    private readonly TemporaryDirectory _data = new(inMemory: true);
    private readonly List<Socket> _held = [];
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_holds_ten_thousand_answers_each_and_refuses_the_next()
    {
        RequireFiles(RespLimits.ConnectionsMax + OtherFilesMax);
        (int http, IPEndPoint resp) = (FreePorts.Take(), new IPEndPoint(IPAddress.Loopback, FreePorts.Take()));
        await using NodeProcess node = NodeProcess.Start(
            ("DataDirectory", _data.Path), ("HttpPort", $"{http}"), ("GrpcPort", "0"), ("Resp:Port", $"{resp.Port}"), ("MemoryBytesMax", "64MiB"));
        await node.WaitUntilHealthyAsync("start", http, _cancellation);
        await using RespTalk observer = await RespTalk.ConnectAsync(resp);
        await HoldAsync(resp, First - 1);
        long before = await NumberAsync(observer, "memory", "used_memory_rss");
        await HoldAsync(resp, RespLimits.ConnectionsMax - 1);
        long each = (await NumberAsync(observer, "memory", "used_memory_rss") - before) / (RespLimits.ConnectionsMax - First);
        TestContext.Current.SendDiagnosticMessage($"{each} bytes for a connection");
        Assert.True(each <= BytesMax, $"{each} bytes for a connection, of which {BytesMax} are allowed");
        Assert.Equal(RespLimits.ConnectionsMax, await NumberAsync(observer, "clients", "connected_clients"));
        Assert.Equal(0, await NumberAsync(observer, "stats", "rejected_connections"));

        await using (RespTalk tooMany = await RespTalk.ConnectAsync(resp))
        {
            Assert.Equal("-ERR max number of clients reached", await tooMany.AnswerAsync());
            Assert.Equal("closed", await tooMany.AnswerAsync());
        }

        Assert.Equal(1, await NumberAsync(observer, "stats", "rejected_connections"));
        await ForAllAsync(_held.Count, place => AskAsync(_held[place], RespBytes.Command("SET", $"held{place}", $"{place}"), "+OK\r\n"));
        await ForAllAsync(_held.Count, place => AskAsync(_held[place], RespBytes.Command("STRLEN", $"held{_held.Count - 1 - place}"), $":{$"{_held.Count - 1 - place}".Length}\r\n"));

        _held[0].Dispose();
        await Eventually.IsAsync(
            "one has gone", RespLimits.ConnectionsMax - 1L, _ => NumberAsync(observer, "clients", "connected_clients"), _cancellation);
        await using RespTalk next = await RespTalk.ConnectAsync(resp);
        Assert.Equal("$5", await next.AskAsync("GET held5"));
        node.FailIfEnded("all held");
    }

    public void Dispose()
    {
        foreach (Socket socket in _held)
        {
            socket.Dispose();
        }

        _data.Dispose();
    }

    /// <summary>Opens more, until so many are held; each is answered.</summary>
    private async Task HoldAsync(IPEndPoint node, int count)
    {
        Socket[] more = [.. Enumerable.Range(0, count - _held.Count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))];
        _held.AddRange(more);
        await ForAllAsync(more.Length, async place =>
        {
            await more[place].ConnectAsync(node, _cancellation);
            await AskAsync(more[place], "PING\r\n"u8.ToArray(), "+PONG\r\n");
        });
    }

    private async Task AskAsync(Socket socket, byte[] command, string expected)
    {
        await socket.SendAsync(command, _cancellation);
        byte[] answer = new byte[expected.Length];
        for (int read = 0; read < answer.Length;)
        {
            int more = await socket.ReceiveAsync(answer.AsMemory(read), _cancellation);
            Assert.True(more > 0, $"closed instead of {expected}");
            read += more;
        }

        Assert.Equal(expected, Encoding.ASCII.GetString(answer));
    }

    private Task ForAllAsync(int count, Func<int, Task> act) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = _cancellation }, async (place, _) => await act(place));

    private static async Task<long> NumberAsync(RespTalk observer, string section, string name)
    {
        Match line = Regex.Match(await observer.AskAsync($"INFO {section}"), $"{name}:([0-9]+)\r");
        Assert.True(line.Success, $"no {name} in INFO {section}");
        return long.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Skips the test where a process may not have so many files open. .NET takes all that it may have when it starts.</summary>
    private static void RequireFiles(int count)
    {
        const string Limits = "/proc/self/limits";
        string allowed = File.Exists(Limits) ? OpenFiles().Match(File.ReadAllText(Limits)).Groups[1].Value : "unlimited";
        if (long.TryParse(allowed, CultureInfo.InvariantCulture, out long most) && most < count)
        {
            StockNeed.IsMissing($"{count} open files in a process, of which {most} are allowed (ulimit -Hn)");
        }
    }

    [GeneratedRegex("Max open files +([a-z0-9]+) ")]
    private static partial Regex OpenFiles();
}
