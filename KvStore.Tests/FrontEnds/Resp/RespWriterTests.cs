using KvStore.Node.FrontEnds.Resp;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

public sealed class RespWriterTests
{
    private static readonly RespReply[] Two = [RespReply.Text("a"), RespReply.Integer(-1)];

    [Fact]
    public void Every_kind_of_answer_is_written_in_both_versions()
    {
        (RespReply Reply, string Old, string New)[] all =
        [
            (RespReply.Nothing, "", ""),
            (RespReply.Ok, "+OK\r\n", "+OK\r\n"),
            (RespReply.Error("ERR a\r\nb"), "-ERR a b\r\n", "-ERR a b\r\n"),
            (RespReply.Integer(long.MinValue), ":-9223372036854775808\r\n", ":-9223372036854775808\r\n"),
            (RespReply.Text("é\r\n"), "$4\r\né\r\n\r\n", "$4\r\né\r\n\r\n"),
            (RespReply.Text(""), "$0\r\n\r\n", "$0\r\n\r\n"),
            (RespReply.Null, "$-1\r\n", "_\r\n"),
            (RespReply.NullArray, "*-1\r\n", "_\r\n"),
            (RespReply.EmptyArray, "*0\r\n", "*0\r\n"),
            (RespReply.Array(Two), "*2\r\n$1\r\na\r\n:-1\r\n", "*2\r\n$1\r\na\r\n:-1\r\n"),
            (RespReply.Map(Two), "*2\r\n$1\r\na\r\n:-1\r\n", "%1\r\n$1\r\na\r\n:-1\r\n"),
            (RespReply.Set(Two), "*2\r\n$1\r\na\r\n:-1\r\n", "~2\r\n$1\r\na\r\n:-1\r\n"),
            (RespReply.Push(Two), "*2\r\n$1\r\na\r\n:-1\r\n", ">2\r\n$1\r\na\r\n:-1\r\n"),
            (RespReply.Several(Two), "$1\r\na\r\n:-1\r\n", "$1\r\na\r\n:-1\r\n"),
            (RespReply.Verbatim("a"), "$1\r\na\r\n", "=5\r\ntxt:a\r\n"),
            (RespReply.Written(":1\r\n"u8.ToArray()), ":1\r\n", ":1\r\n"),
        ];

        Assert.Equal(Enum.GetValues<RespReplyKind>(), all.Select(each => each.Reply.Kind).Distinct().Order());
        Assert.All(all, each => Assert.Equal(each.Old, RespBytes.Written(each.Reply, RespWriter.OldProtocol)));
        Assert.All(all, each => Assert.Equal(each.New, RespBytes.Written(each.Reply, RespWriter.NewProtocol)));
    }
}
