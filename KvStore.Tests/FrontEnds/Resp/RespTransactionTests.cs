using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>There are no transactions, and nothing of one is done however a client sends it.</summary>
public sealed class RespTransactionTests(RespNode shared) : IClassFixture<RespNode>
{
    private const string NotRun =
        "-ERR there are no transactions: the command was not run. Commands that change one key are atomic on their own (SET with NX, XX, IFEQ or IFNE, INCR, HSET).";

    private const string Discarded = "-EXECABORT There are no transactions: nothing of what came after MULTI was done.";

    [Fact]
    public async Task Nothing_of_a_transaction_that_is_sent_at_once_is_done()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        await talk.SendAsync([.. "SET t:at a\r\nMULTI\r\nSET t:at b\r\nINCR t:n\r\nNOSUCH\r\nPING\r\nEXEC\r\nGET t:at\r\nEXISTS t:n\r\n"u8]);
        Assert.Equal(
            ["+OK", "+OK", NotRun, NotRun, "-ERR unknown command 'NOSUCH', with args beginning with: ", NotRun, Discarded, "$a", ":0"],
            await AnswersAsync(talk, 9));
    }

    [Fact]
    public async Task Whoever_goes_back_on_it_is_as_before()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        Assert.Equal(("+OK", NotRun), (await talk.AskAsync("MULTI"), await talk.AskAsync("GET t:back")));
        Assert.Equal("-ERR MULTI calls can not be nested", await talk.AskAsync("MULTI"));
        Assert.Equal(("+OK", "nil"), (await talk.AskAsync("DISCARD"), await talk.AskAsync("GET t:back")));
        Assert.Equal(("-ERR EXEC without MULTI", "-ERR DISCARD without MULTI"), (await talk.AskAsync("EXEC"), await talk.AskAsync("DISCARD")));
        Assert.Equal(("+OK", "+RESET", "nil"), (await talk.AskAsync("MULTI"), await talk.AskAsync("RESET"), await talk.AskAsync("GET t:back")));
    }

    [Fact]
    public async Task Nothing_is_watched()
    {
        await using RespTalk talk = await RespTalk.ConnectAsync(shared.Node);
        Assert.Equal("-ERR WATCH is refused: there are no transactions. SET with IFEQ or IFNE changes a key that is as it was.", await talk.AskAsync("WATCH t:a t:b"));
        Assert.Equal(("+OK", "+OK"), (await talk.AskAsync("UNWATCH"), await talk.AskAsync("MULTI")));
        Assert.Equal("-ERR WATCH inside MULTI is not allowed", await talk.AskAsync("WATCH t:a"));
        await using RespTalk other = await RespTalk.ConnectAsync(shared.Node);
        Assert.Equal("[$t:a, $t:b]", await other.AskAsync("COMMAND GETKEYS WATCH t:a t:b"));
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
}
