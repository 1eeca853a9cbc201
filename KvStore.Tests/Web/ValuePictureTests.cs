using System.Text;
using KvStore.Web.Display;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class ValuePictureTests
{
    [Theory]
    [InlineData("plain", ValueLook.Text)]
    [InlineData("42", ValueLook.Text)]
    [InlineData("{\"a\":[1,2]}", ValueLook.Json)]
    [InlineData(" [1] ", ValueLook.Json)]
    [InlineData("{\"a\":", ValueLook.Text)]
    [InlineData("\u0000", ValueLook.Hex)]
    public void A_value_is_shown_as_what_says_most(string value, ValueLook look) => Assert.Equal(look, ValuePicture.BestFor(Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void JSON_is_indented_and_stays_readable() =>
        Assert.Equal("{\n  \"a\": \"<ü>\"\n}", ValuePicture.Of("{\"a\":\"<ü>\"}"u8, ValueLook.Json)!.ReplaceLineEndings("\n"));

    [Theory]
    [InlineData("{} {}")]
    [InlineData("nul")]
    [InlineData("")]
    public void What_is_no_JSON_is_not_shown_as_such(string value) => Assert.Null(ValuePicture.Of(Encoding.UTF8.GetBytes(value), ValueLook.Json));

    [Fact]
    public void Bytes_come_with_where_they_are_and_what_they_say()
    {
        string[] lines = ValuePicture.Of("0123456789abcdef\u0001<"u8, ValueLook.Hex)!.Split('\n');

        Assert.Equal("0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef", lines[0]);
        Assert.Equal("0010  01 3c" + new string(' ', 14 * 3) + "  .<", lines[1]);
    }

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        byte[] value = Encoding.UTF8.GetBytes("a" + new string('ü', ValuePicture.TextBytesMax));

        string shown = ValuePicture.Of(value, ValueLook.Text)!;

        Assert.Equal(ValuePicture.TextBytesMax - 1, Encoding.UTF8.GetByteCount(shown));
        Assert.Null(ValuePicture.Of(value, ValueLook.Json));
        Assert.Equal(ValuePicture.HexBytesMax, ValuePicture.ShownOf(value.Length, ValueLook.Hex));
    }

    [Fact]
    public void Bytes_are_no_text_wherever_they_are()
    {
        byte[] value = [.. Encoding.UTF8.GetBytes(new string('a', ValuePicture.TextBytesMax - 10)), 0xFF, .. new byte[100]];
        Assert.Null(ValuePicture.Of(value, ValueLook.Text));
        Assert.Equal(ValueLook.Hex, ValuePicture.BestFor(value));
    }
}
