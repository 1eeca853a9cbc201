using System.Text;
using KvStore.Node.FrontEnds.Http;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

public sealed class PercentCodingTests
{
    [Fact]
    public void Every_byte_can_be_written_and_comes_back()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        string upper = string.Concat(all.Select(value => $"%{value:X2}"));
        string lower = string.Concat(all.Select(value => $"%{value:x2}"));

        Assert.True(PercentCoding.TryDecode(upper, plusIsSpace: false, out byte[] fromUpper));
        Assert.True(PercentCoding.TryDecode(lower, plusIsSpace: true, out byte[] fromLower));
        Assert.Equal(all, fromUpper);
        Assert.Equal(all, fromLower);
    }

    [Theory]
    [InlineData("a+b", false, "a+b")]
    [InlineData("a+b", true, "a b")]
    [InlineData("a%2Bb", true, "a+b")]
    [InlineData("", false, "")]
    [InlineData("..", false, "..")]
    public void A_plus_is_a_space_in_queries_only(string text, bool plusIsSpace, string expected)
    {
        Assert.True(PercentCoding.TryDecode(text, plusIsSpace, out byte[] bytes));
        Assert.Equal(expected, Encoding.ASCII.GetString(bytes));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("a%zz")]
    [InlineData("%4g")]
    [InlineData("%%41")]
    [InlineData("ä")]
    public void What_is_not_percent_encoding_is_refused(string text) =>
        Assert.False(PercentCoding.TryDecode(text, plusIsSpace: false, out _));
}
