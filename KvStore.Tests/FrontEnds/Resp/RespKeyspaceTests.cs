using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.FrontEnds.Resp;
using KvStore.Tests.Cluster;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>Commands on all keys, on a node of their own.</summary>
public sealed class RespKeyspaceTests : IAsyncLifetime
{
    private RunningNode _node = null!;

    public async ValueTask InitializeAsync() => _node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0, AllowFlush = true } });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task All_keys_are_counted_listed_and_removed()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(_node);
        for (int i = 0; i < 25; i++)
        {
            Assert.Equal("+OK", await talk.AskAsync($"SET key:{i:00} v"));
        }

        Assert.Equal(":1", await talk.AskAsync("HSET other f v"));
        Assert.Equal(":26", await talk.AskAsync("DBSIZE"));
        Assert.Equal("[$key:20, $key:21, $key:22, $key:23, $key:24]", await talk.AskAsync("KEYS key:2?"));
        Assert.Equal("[$key:01, $key:11, $key:21]", await talk.AskAsync("KEYS *:[0-2]1"));
        Assert.Equal(26, (await ScanAsync(talk, "")).Count);
        Assert.Equal(["$other"], await ScanAsync(talk, "TYPE hash COUNT 3"));
        Assert.Equal(["$key:00", "$key:10", "$key:20"], await ScanAsync(talk, "MATCH key:*0 COUNT 4"));
        Assert.Matches("^\\$(key:[0-2][0-9]|other)$", await talk.AskAsync("RANDOMKEY"));
        Assert.Equal("-ERR invalid cursor", await talk.AskAsync("SCAN 123456789"));
        Assert.Equal("-ERR invalid cursor", await talk.AskAsync("SCAN x"));
        Assert.Equal("-ERR syntax error", await talk.AskAsync("SCAN 0 COUNT 0"));

        await talk.SendAsync([.. RespBytes.Command("SET", "late", "v"), .. RespBytes.Command("FLUSHALL"), .. RespBytes.Command("SET", "later", "v"), .. RespBytes.Command("KEYS", "*")]);
        Assert.Equal(("+OK", "+OK", "+OK", "[$later]"), (await talk.AnswerAsync(), await talk.AnswerAsync(), await talk.AnswerAsync(), await talk.AnswerAsync()));
    }

    [Fact]
    public async Task A_random_key_is_any_that_there_is()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(_node);
        Assert.Equal("nil", await talk.AskAsync("RANDOMKEY"));
        string[] keys = [.. Enumerable.Range(0, 5).Select(i => $"random{i}")];
        foreach (string key in keys)
        {
            Assert.Equal("+OK", await talk.AskAsync($"SET {key} v"));
        }

        HashSet<string> met = [];
        await Eventually.IsAsync("each key has come", keys.Length, async _ => CountWith(met, await talk.AskAsync("RANDOMKEY")), TestContext.Current.CancellationToken);
        Assert.Equal(keys.Select(key => $"${key}"), met.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_cursor_is_good_until_so_many_others_were_given()
    {
        ScanCursors cursors = new();
        long first = cursors.Keep("a"u8.ToArray());
        for (int i = 1; i < ScanCursors.CountMax; i++)
        {
            cursors.Keep("b"u8.ToArray());
        }

        Assert.True(cursors.TryFind(first, out ReadOnlyMemory<byte> after) && after.Span.SequenceEqual("a"u8));
        cursors.Keep("c"u8.ToArray());
        Assert.False(cursors.TryFind(first, out _));
        Assert.True(cursors.TryFind(0, out after) && after.IsEmpty);
    }

    private static int CountWith(HashSet<string> met, string key)
    {
        met.Add(key);
        return met.Count;
    }

    private static async Task<List<string>> ScanAsync(RespTalk talk, string options)
    {
        List<string> keys = [];
        string cursor = "0";
        do
        {
            string page = await talk.AskAsync($"SCAN {cursor} {options}");
            string[] parts = page[1..^1].Split(", ", 2);
            cursor = parts[0][1..];
            keys.AddRange(parts[1][1..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries));
        }
        while (cursor != "0");
        return keys;
    }
}
