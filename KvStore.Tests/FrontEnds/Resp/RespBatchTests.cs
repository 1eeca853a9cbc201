using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.Coordination;
using KvStore.Node.FrontEnds.Resp;
using KvStore.Node.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>GETs and SETs that are run together, at a node that traces nothing: what is traced runs by itself.</summary>
public sealed class RespBatchTests
{
    private const int KeyCount = 12;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>With several lanes, and with writes that the disk has to confirm.</summary>
    [Theory]
    [InlineData(1, false, 1)]
    [InlineData(3, false, 2)]
    [InlineData(2, true, 3)]
    public async Task A_pipeline_is_answered_as_if_its_commands_were_run_one_by_one(int lanes, bool isDurable, int seed)
    {
        const int Commands = 6_000;
        await using RunningNode node = await StartAsync(new NodeOptions { Lanes = lanes, Durability = isDurable ? Durability.Commit : Durability.None });
        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        Random random = new(seed);
        Dictionary<string, string> values = [];
        HashSet<string> hashes = [];
        List<string> expected = [];
        using MemoryStream sent = new();
        for (int i = 0; i < Commands; i++)
        {
            (string[] command, string answer) = Draw(random, values, hashes, i);
            sent.Write(RespBytes.Command(command));
            expected.Add(answer);
        }

        Task sending = SendInPiecesAsync(talk, sent.ToArray(), random);
        for (int i = 0; i < Commands; i++)
        {
            Assert.Equal(expected[i], await talk.AnswerAsync());
        }

        await sending;
    }

    [Fact]
    public async Task Many_connections_that_pipeline_each_get_their_own_answers()
    {
        const int Connections = 20;
        const int Rounds = 30;
        await using RunningNode node = await StartAsync(new NodeOptions { Lanes = 2 });
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(RunAsync));

        async Task RunAsync(int connection)
        {
            await using RespTalk talk = await RespTalk.ConnectAsync(node);
            for (int round = 0; round < Rounds; round++)
            {
                string own = string.Create(CultureInfo.InvariantCulture, $"{connection}-{round}");
                await talk.SendAsync([.. Enumerable.Range(0, 40).SelectMany(i => RespBytes.Command("SET", $"{connection}:{i}", $"{own}-{i}"))]);
                await talk.SendAsync([.. Enumerable.Range(0, 40).SelectMany(i => RespBytes.Command("GET", $"{connection}:{i}"))]);
                for (int i = 0; i < 80; i++)
                {
                    Assert.Equal(i < 40 ? "+OK" : $"${own}-{i - 40}", await talk.AnswerAsync());
                }
            }
        }
    }

    [Fact]
    public async Task Commands_that_were_run_together_count_one_by_one()
    {
        await using RunningNode node = await StartAsync(new NodeOptions());
        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        Coordinator coordinator = node.Services.GetRequiredService<Member>().Coordinator;
        long before = coordinator.Figures.Reads;
        await talk.SendAsync([.. Enumerable.Range(0, 50).SelectMany(i => RespBytes.Command("GET", $"{i}"))]);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal("nil", await talk.AnswerAsync());
        }

        Assert.Equal(before + 50, coordinator.Figures.Reads);
        Assert.Equal(0, coordinator.Figures.InFlight);
        Assert.Contains("total_commands_processed:51", await talk.AskAsync("INFO stats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_member_does_not_take_on_is_said_of_each_command_and_not_run()
    {
        await using RunningNode node = await StartAsync(new NodeOptions());
        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        Assert.Equal("+OK", await talk.AskAsync("SET refused before"));
        Coordinator coordinator = node.Services.GetRequiredService<Member>().Coordinator;
        coordinator.IsServing = false;
        await talk.SendAsync([.. RespBytes.Command("GET", "refused"), .. RespBytes.Command("SET", "refused", "after"), .. RespBytes.Command("SET", "other", "after")]);
        string read = await talk.AnswerAsync();
        string[] writes = [await talk.AnswerAsync(), await talk.AnswerAsync()];
        coordinator.IsServing = true;

        Assert.StartsWith("-UNAVAILABLE", read, StringComparison.Ordinal);
        Assert.DoesNotContain("change", read, StringComparison.Ordinal);
        Assert.All(writes, write => Assert.StartsWith("-UNAVAILABLE", write, StringComparison.Ordinal));
        Assert.All(writes, write => Assert.EndsWith("The change was not applied.", write, StringComparison.Ordinal));
        Assert.Equal("$before", await talk.AskAsync("GET refused"));
        Assert.Equal("nil", await talk.AskAsync("GET other"));
        Assert.Equal(0, coordinator.Figures.InFlight);
    }

    [Fact]
    public async Task What_is_refused_before_it_is_run_is_refused_command_by_command()
    {
        await using RunningNode node = await StartAsync(new NodeOptions());
        RespServer server = node.Services.GetRequiredService<RespServer>();
        RespClient client = new(1, null, null, Consistency.Quorum, isAuthenticated: true);
        Pipe output = new();
        RespPipeline pipeline = new(output.Writer, server.Budget, server.Time, TimeSpan.FromMinutes(1), _ => { }, () => { });
        for (int time = 0; time < 2; time++)
        {
            RespBatch batch = server.TakeBatch(); // the second time the same one, which was answered before
            Assert.True(batch.TryAdd("a"u8, default, isRead: true));
            Assert.True(batch.TryAdd("b"u8, "value"u8, isRead: false));
            RespCall call = server.Read(new RespConnection(new DefaultConnectionContext { Transport = new OneWay(output) }, server, client), batch);
            pipeline.Add(call);
            pipeline.Answer(call, RespError.WaitedTooLong);
            await pipeline.IdleAsync(Cancellation);
            ReadResult written = await output.Reader.ReadAsync(Cancellation);
            string expected = $"-{Encoding.UTF8.GetString(RespError.WaitedTooLong.Bytes.Span)}\r\n";
            Assert.Equal(expected + expected, Encoding.UTF8.GetString(written.Buffer));
            output.Reader.AdvanceTo(written.Buffer.End);
        }

        Assert.Equal(0, server.Budget.Bytes);
    }

    private static Task<RunningNode> StartAsync(NodeOptions options) =>
        RunningNode.StartAsync(options with { TracesPerSecondMax = 0, Resp = new RespOptions { Port = 0 } });

    private static async Task SendInPiecesAsync(RespTalk talk, byte[] bytes, Random random)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, random.Next(4) == 0 ? random.Next(1, 40) : random.Next(1, 20_000));
            await talk.SendAsync(bytes[at..(at + length)]);
            at += length;
            await Task.Yield();
        }
    }

    private static (string[] Command, string Answer) Draw(Random random, Dictionary<string, string> values, HashSet<string> hashes, int number)
    {
        string key = $"key{random.Next(KeyCount)}";
        bool isHash = hashes.Contains(key);
        string? held = values.GetValueOrDefault(key);
        switch (random.Next(20))
        {
            case < 9:
                string found = held is null ? "nil" : $"${held}";
                return (["GET", key], isHash ? "-WRONGTYPE Operation against a key holding the wrong kind of value" : found);
            case < 17:
                int length = random.Next(20) switch { 0 => 20_000, 1 => 4_000, 2 => 0, _ => random.Next(1, 200) };
                values[key] = string.Create(CultureInfo.InvariantCulture, $"{number}").PadRight(length, '.')[..length];
                hashes.Remove(key);
                return ([random.Next(2) == 0 ? "SET" : "set", key, values[key]], "+OK");
            case 17:
                return (["DEL", key], values.Remove(key) | hashes.Remove(key) ? ":1" : ":0");
            case 18 when !isHash:
                values[key] = held + "x";
                return (["APPEND", key, "x"], $":{values[key].Length}");
            case 19 when held is null && !isHash:
                hashes.Add(key);
                return (["HSET", key, "field", "value"], ":1");
            default:
                return (["PING"], "+PONG");
        }
    }

    private sealed class OneWay(Pipe output) : IDuplexPipe
    {
        public PipeReader Input => output.Reader;

        public PipeWriter Output => output.Writer;
    }
}
