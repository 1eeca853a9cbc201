using System.Globalization;
using System.Text.Json;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.FrontEnds.Resp;
using KvStore.Tests.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>What holds of a connection whatever its commands are: order, limits, ends.</summary>
public sealed class RespConnectionTests(RespNode shared) : IClassFixture<RespNode>
{
    private const int Many = 3_000;

    private RespServer Server => shared.Node.Services.GetRequiredService<RespServer>();

    [Fact]
    public async Task Commands_on_one_key_run_in_the_order_in_which_they_came()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        using MemoryStream sent = new();
        List<string> expected = [];
        string value = "";
        for (int i = 0; i < Many; i++)
        {
            (string[] command, string answer) = (i % 5) switch
            {
                0 => (new[] { "SET", "order", value = $"{i}" }, "+OK"),
                1 => (["APPEND", "order", "0"], $":{(value += "0").Length}"),
                2 => (["INCR", "order"], $":{value = (long.Parse(value, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture)}"),
                3 => (["MGET", "order", "order"], $"[${value}, ${value}]"),
                _ => (new[] { "GET", "order" }, $"${value}"),
            };
            sent.Write(RespBytes.Command(command));
            expected.Add(answer);
        }

        Task sending = talk.SendAsync(sent.ToArray());
        Assert.Equal(expected, await AnswersAsync(talk, Many));
        await sending;
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_commands_whatever_each_takes()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        using MemoryStream sent = new();
        List<string> expected = [];
        for (int i = 0; i < Many; i++)
        {
            (string[] command, string answer) = (i % 4) switch
            {
                0 => (new[] { "SET", $"mixed{i}", $"{i}" }, "+OK"),
                1 => (["PING", $"{i}"], $"${i}"),
                2 => (["HSET", $"mixed{i}", "f", "v"], ":1"),
                _ => (new[] { "GET", $"mixed{i - 3}" }, $"${i - 3}"),
            };
            sent.Write(RespBytes.Command(command));
            expected.Add(answer);
        }

        Task sending = talk.SendAsync(sent.ToArray());
        Assert.Equal(expected, await AnswersAsync(talk, Many));
        await sending;
    }

    [Fact]
    public async Task Commands_in_steps_of_many_connections_on_one_key_lose_nothing()
    {
        const int Each = 10;
        const int Connections = 64; // without turns, many of them would lose too often
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
            for (int i = 0; i < Each; i++)
            {
                Assert.StartsWith("$", await talk.AskAsync("INCRBYFLOAT contended 0.5"), StringComparison.Ordinal);
                Assert.StartsWith(":", await talk.AskAsync("HINCRBY contended:h f 1"), StringComparison.Ordinal);
            }
        }));
        Assert.Equal(($"${Connections * Each / 2}", $"${Connections * Each}"), (await AskAsync("GET contended"), await AskAsync("HGET contended:h f")));
    }

    [Fact]
    public async Task Commands_beyond_what_the_member_admits_wait_and_are_not_refused()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { OperationsMax = 4, Resp = new RespOptions { Port = 0 } });
        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        await using RespTalk other = await RespTalk.ConnectAsync(node);
        byte[] sent = [.. Enumerable.Range(0, 1_000).SelectMany(i => RespBytes.Command("SET", $"wait{i}", "v"))];
        await talk.SendAsync([.. sent, .. RespBytes.Command(["EXISTS", .. Enumerable.Range(0, 1_000).Select(i => $"wait{i}")])]);
        await other.SendAsync(sent);
        Assert.Equal([.. Enumerable.Repeat("+OK", 1_000), ":1000"], await AnswersAsync(talk, 1_001));
        Assert.Equal(Enumerable.Repeat("+OK", 1_000), await AnswersAsync(other, 1_000));
    }

    [Fact]
    public async Task A_client_that_says_that_nothing_more_comes_gets_every_answer()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        await talk.SendAsync([.. RespBytes.Command("SET", "half", "v"), .. "GET half\r\n"u8]);
        talk.EndSending();
        Assert.Equal(["+OK", "$v", "closed"], await AnswersAsync(talk, 3));
    }

    [Fact]
    public async Task After_what_is_no_command_nothing_is_read()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        await talk.SendAsync([.. RespBytes.Command("SET", "broken", "v"), .. "*1\r\nx\r\n"u8, .. RespBytes.Command("SET", "broken", "w")]);
        Assert.Equal(["+OK", "-ERR Protocol error: expected '$', got 'x'", "closed"], await AnswersAsync(talk, 3));
        Assert.Equal("$v", await AskAsync("GET broken"));
    }

    [Fact]
    public async Task A_request_of_HTTP_gets_nothing()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        await talk.SendAsync("POST / HTTP/1.1\r\nHost: a\r\n\r\nSET http v\r\n"u8.ToArray());
        Assert.Equal("closed", await talk.AnswerAsync());
        Assert.Equal("nil", await AskAsync("GET http"));
    }

    [Fact]
    public async Task A_value_that_is_too_long_is_refused_and_the_connection_stays()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        string refused = await talk.AskAsync($"SET long {new string('a', RespNode.ValueBytesMax + 1)}");
        Assert.Equal("-ERR The value has 100001 bytes; 100000 are allowed (KvStore:ValueBytesMax).", refused);
        Assert.Equal("+OK", await talk.AskAsync($"SET long {new string('a', RespNode.ValueBytesMax)}"));
        Assert.Equal("-ERR The value has 100001 bytes; 100000 are allowed (KvStore:ValueBytesMax).", await talk.AskAsync("APPEND long b"));
        Assert.Equal("-ERR The key has 4097 bytes; 4096 are allowed (KvStore:KeyBytesMax).", await talk.AskAsync($"GET {new string('k', 4097)}"));
        Assert.Equal(":100000", await talk.AskAsync("STRLEN long"));
    }

    [Fact]
    public async Task Answers_are_thrown_away_where_the_client_wants_none()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        await talk.SendAsync([.. RespBytes.Command("CLIENT", "REPLY", "SKIP"), .. RespBytes.Command("SET", "quiet", "a"), .. RespBytes.Command("GET", "quiet")]);
        Assert.Equal("$a", await talk.AnswerAsync());
        await talk.SendAsync([.. RespBytes.Command("CLIENT", "REPLY", "OFF"), .. RespBytes.Command("SET", "quiet", "b"), .. RespBytes.Command("CLIENT", "REPLY", "ON"), .. RespBytes.Command("GET", "quiet")]);
        Assert.Equal(["+OK", "$b"], await AnswersAsync(talk, 2));
    }

    [Fact]
    public async Task A_client_is_listed_and_killed()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        await using RespTalk other = await RespTalk.ConnectAsync(shared.Node);
        Assert.Equal("+OK", await other.AskAsync("CLIENT SETNAME other"));
        string id = (await other.AskAsync("CLIENT ID"))[1..];
        Assert.Contains($"id={id} addr={other.LocalAddress} ", await talk.AskAsync($"CLIENT LIST ID {id}"), StringComparison.Ordinal);
        Assert.Equal(":1", await talk.AskAsync($"CLIENT KILL ID {id}"));
        Assert.Equal("closed", await other.AnswerAsync());
        Assert.Equal(":1", await talk.AskAsync($"CLIENT KILL ADDR {talk.LocalAddress} SKIPME no"));
        Assert.Equal("closed", await talk.AnswerAsync());
    }

    [Fact]
    public async Task A_level_holds_for_the_commands_behind_it()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        await talk.SendAsync([.. RespBytes.Command("KV.CONSISTENCY", "one"), .. RespBytes.Command("SET", "level", "a"), .. RespBytes.Command("KV.CONSISTENCY", "quorum"), .. RespBytes.Command("APPEND", "level", "b")]);
        Assert.Equal(["+OK", "+OK", "+OK"], await AnswersAsync(talk, 3));
        Assert.StartsWith(":", await talk.AnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_explained_as_REST_explains_it()
    {
        Assert.Equal("+OK", await AskAsync("SET explained v"));
        string explained = await AskAsync("KV.EXPLAIN explained");
        string rest = await shared.Node.Http.GetStringAsync(new Uri("/kv/explained/explain", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(FactsOf(rest), FactsOf(explained[1..]));
        Assert.Equal(["explained", true], FactsOf(rest)[..2]);
    }

    [Fact]
    public async Task A_member_that_does_not_serve_says_that_nothing_was_applied()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0 } });
        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        Assert.Equal("+OK", await talk.AskAsync("SET k v"));
        node.StopAdmitting();
        const string NotServing = "This member is starting, stopping or does not vote (see its /admin/status); ask it later, or another one now.";
        Assert.Equal($"-UNAVAILABLE {NotServing}", await talk.AskAsync("GET k"));
        Assert.Equal($"-UNAVAILABLE {NotServing} The change was not applied.", await talk.AskAsync("SET k v"));
        Assert.Equal($"-UNAVAILABLE {NotServing} The change was not applied. Of 2 keys 0 are done.", await talk.AskAsync("MSET k v l w"));
        Assert.Equal("+PONG", await talk.AskAsync("PING"));
        Assert.StartsWith("-ERR FLUSHALL deletes every key of the cluster and is not allowed here", await talk.AskAsync("FLUSHALL"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_held_for_connections_that_are_gone()
    {
        await using (RespTalk talk = await RespTalk.ConnectAsync(shared.Node))
        {
            await talk.SendAsync([.. Enumerable.Repeat(RespBytes.Command("APPEND", "gone", "0123456789"), Many).SelectMany(bytes => bytes)]);
            await talk.AnswerAsync();
        }

        await using RespTalk looking = await RespTalk.ConnectAsync(shared.Node);
        await Eventually.IsAsync(
            "the connection's calls are forgotten", (1, 0L), _ => Task.FromResult((Server.Clients.Count, Server.Budget.Bytes)), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task When_all_connections_hold_too_much_commands_are_refused_and_not_run()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        Server.Budget.Take(RespLimits.TotalBytesMax);
        string refused = await talk.AskAsync("SET spent v");
        Server.Budget.Give(RespLimits.TotalBytesMax);
        Assert.Equal("-OVERLOADED The connections of this member hold as much as they may. The command was not run.", refused);
        Assert.Equal("nil", await talk.AskAsync("GET spent"));
    }

    private static object?[] FactsOf(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement explanation = document.RootElement;
        return
        [
            explanation.GetProperty("key").GetString(), explanation.GetProperty("found").GetBoolean(), explanation.GetProperty("slot").GetInt32(),
            explanation.GetProperty("version").GetString(), explanation.GetProperty("replicas").GetArrayLength(),
        ];
    }

    private static async Task<List<string>> AnswersAsync(RespTalk talk, int count)
    {
        List<string> answers = [];
        for (int i = 0; i < count; i++)
        {
            answers.Add(await talk.AnswerAsync());
        }

        return answers;
    }

    private async Task<string> AskAsync(string command)
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        return await talk.AskAsync(command);
    }
}
