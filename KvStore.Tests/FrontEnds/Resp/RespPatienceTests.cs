using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.FrontEnds.Resp;
using KvStore.Tests.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>Connections that wait, and clients that are not waited for.</summary>
public sealed class RespPatienceTests : IAsyncLifetime
{
    private RunningNode _node = null!;

    private RespServer Server => _node.Services.GetRequiredService<RespServer>();

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync(new NodeOptions
    {
        RequestTimeout = TimeSpan.FromSeconds(30),
        Resp = new RespOptions { Port = 0, AllowDebug = true, SlowReaderTimeout = TimeSpan.FromSeconds(1) },
    });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_client_that_takes_no_answers_is_cut_off_and_the_others_are_answered()
    {
        const int ValueBytes = 1 << 20;
        const int Commands = 64; // more than the buffers of both ends and what the connection may hold
        await using RespTalk other = await RespTalk.ConnectAsync(_node);
        Assert.Equal("+OK", await other.AskAsync($"SET large {new string('a', ValueBytes)}"));
        await using RespTalk slow = await RespTalk.ConnectAsync(_node);
        await slow.SendAsync([.. Enumerable.Repeat(RespBytes.Command("GET", "large"), Commands).SelectMany(bytes => bytes)]);
        await Eventually.IsAsync("the slow client's answers are held", true, _ => Task.FromResult(Server.Budget.Bytes > ValueBytes), TestContext.Current.CancellationToken);
        await Eventually.IsAsync("the slow client is cut off", 1, _ => Task.FromResult(Server.Clients.Count), TestContext.Current.CancellationToken);
        await Eventually.IsAsync("nothing is held for it", 0L, _ => Task.FromResult(Server.Budget.Bytes), TestContext.Current.CancellationToken);
        Assert.Equal("+PONG", await other.AskAsync("PING"));
        Assert.Equal($":{ValueBytes}", await other.AskAsync("STRLEN large"));
    }

    [Fact]
    public async Task A_connection_sleeps_alone_and_in_its_turn()
    {
        await using RespTalk asleep = await RespTalk.ConnectAsync(_node);
        await using RespTalk awake = await RespTalk.ConnectAsync(_node);
        await asleep.SendAsync([.. RespBytes.Command("SET", "asleep", "a"), .. RespBytes.Command("DEBUG", "SLEEP", "5"), .. RespBytes.Command("SET", "asleep", "b")]);
        Assert.Equal("+OK", await asleep.AnswerAsync());
        Assert.Equal("$a", await awake.AskAsync("GET asleep"));
        Assert.Equal(("+OK", "+OK"), (await asleep.AnswerAsync(), await asleep.AnswerAsync()));
        Assert.Equal("$b", await awake.AskAsync("GET asleep"));
        Assert.Equal("-ERR the time must be 0 to 30 seconds (KvStore:RequestTimeout)", await awake.AskAsync("DEBUG SLEEP 31"));
        Assert.Equal("-ERR the time must be 0 to 30 seconds (KvStore:RequestTimeout)", await awake.AskAsync("DEBUG SLEEP -1"));
        Assert.Equal("-ERR unknown subcommand or wrong number of arguments for 'OBJECT'. Try DEBUG in the documentation.", await awake.AskAsync("DEBUG OBJECT asleep"));
    }

    [Fact]
    public async Task What_was_set_before_a_key_that_came_meanwhile_is_taken_back()
    {
        const int Keys = 300;
        const int RoundsMax = 20;
        await using RespTalk setting = await RespTalk.ConnectAsync(_node);
        await using RespTalk other = await RespTalk.ConnectAsync(_node);
        bool wasMet = false;
        for (int round = 0; round < RoundsMax && !wasMet; round++)
        {
            string tag = $"{{back{round}}}";
            string[] keys = [.. Enumerable.Range(0, Keys).Select(i => $"k{i:000}{tag}")];
            await setting.SendAsync(RespBytes.Command(["MSETNX", .. keys.SelectMany(key => new[] { key, "mine" })]));
            while (await other.AskAsync($"EXISTS {keys[0]}") == ":0")
            {
            }

            Assert.Equal("+OK", await other.AskAsync($"SET {keys[^1]} theirs"));
            string answer = await setting.AnswerAsync();
            wasMet = answer == ":0"; // else all were set before the other's came
            Assert.Equal(wasMet ? ":1" : $":{Keys}", await other.AskAsync($"EXISTS {string.Join(' ', keys)}"));
            Assert.Equal("$theirs", await other.AskAsync($"GET {keys[^1]}"));
        }

        Assert.True(wasMet);
    }

    [Fact]
    public async Task Of_those_that_set_keys_if_all_are_absent_one_wins_and_the_others_leave_nothing()
    {
        const int Rounds = 20;
        const int Connections = 6;
        RespTalk[] talks = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => RespTalk.ConnectAsync(_node)));
        for (int round = 0; round < Rounds; round++)
        {
            string tag = $"{{absent{round}}}";
            string[] answers = await Task.WhenAll(talks.Select((talk, i) =>
                talk.AskAsync(i % 2 == 0 ? $"MSETNX a{tag} {i} b{tag} {i} c{i}{tag} {i}" : $"MSETNX c{i}{tag} {i} b{tag} {i} a{tag} {i}")));
            int winner = Array.IndexOf(answers, ":1");
            Assert.Equal(Enumerable.Range(0, Connections).Select(i => i == winner ? ":1" : ":0"), answers);
            string own = string.Join(' ', Enumerable.Range(0, Connections).Select(i => $"c{i}{tag}"));
            Assert.Equal(
                $"[${winner}, ${winner}, {string.Join(", ", Enumerable.Range(0, Connections).Select(i => i == winner ? $"${i}" : "nil"))}]",
                await talks[0].AskAsync($"MGET a{tag} b{tag} {own}"));
        }

        foreach (RespTalk talk in talks)
        {
            await talk.DisposeAsync();
        }
    }
}
