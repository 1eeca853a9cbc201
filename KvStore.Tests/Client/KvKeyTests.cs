using KvStore.Client;
using Xunit;

namespace KvStore.Tests.Client;

public sealed class KvKeyTests
{
    [Fact]
    public void Keys_are_equal_when_their_bytes_are()
    {
        KvKey text = "käse";
        KvKey bytes = new byte[] { 0x6B, 0xC3, 0xA4, 0x73, 0x65 };

        Assert.Equal(text, bytes);
        Assert.Equal(text.GetHashCode(), bytes.GetHashCode());
        Assert.NotEqual(text, (KvKey)"kase");
    }

    [Fact]
    public void A_key_is_shown_as_text_where_it_is_text_and_else_as_bytes()
    {
        Assert.Equal("a b", ((KvKey)"a b").ToString());
        Assert.Equal("a\\u000ab", ((KvKey)"a\nb").ToString());
        Assert.Equal("0xff00", ((KvKey)new byte[] { 0xFF, 0x00 }).ToString());
    }
}
