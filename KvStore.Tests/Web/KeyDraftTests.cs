using System.Text;
using KvStore.Client;
using KvStore.Web.Keys;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class KeyDraftTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("{\"a\":\"<b>ü</b>\"}\r\n\t")]
    public void Text_is_edited_as_text_and_comes_back_as_it_was(string text)
    {
        KeyDraft draft = KeyDraft.Of(Value(Encoding.UTF8.GetBytes(text)), Now)!;

        Assert.False(draft.IsHex);
        Assert.Null(draft.Read(out ReadOnlyMemory<byte> value, out TimeSpan? ttl));
        Assert.Equal((text, null), (Encoding.UTF8.GetString(value.Span), ttl));
        Assert.Equal("1-1-0-1", draft.Version);
    }

    [Fact]
    public void What_is_no_text_is_edited_in_hexadecimal()
    {
        KeyDraft draft = KeyDraft.Of(Value([0xFF, 0x00, 0x10]), Now)!;
        Assert.Equal((true, "ff0010"), (draft.IsHex, draft.Text));

        draft.Text = "ff 00\n11";
        Assert.Null(draft.Read(out ReadOnlyMemory<byte> value, out _));
        Assert.Equal([0xFF, 0x00, 0x11], value.ToArray());
    }

    [Theory]
    [InlineData("f", true, "")]
    [InlineData("0g", true, "")]
    [InlineData("a", false, "soon")]
    [InlineData("a", false, "-1")]
    public void What_cannot_be_read_is_said(string text, bool isHex, string ttl) =>
        Assert.NotNull(new KeyDraft { Text = text, IsHex = isHex, Ttl = ttl }.Read(out _, out _));

    [Fact]
    public void A_value_of_64_KiB_is_edited_and_a_longer_one_is_not()
    {
        Assert.NotNull(KeyDraft.Of(Value(new byte[KeyLimits.EditBytesMax]), Now));
        Assert.Null(KeyDraft.Of(Value(new byte[KeyLimits.EditBytesMax + 1]), Now));
        Assert.NotNull(new KeyDraft { Text = new string('v', KeyLimits.EditBytesMax + 1) }.Read(out _, out _));
    }

    [Fact]
    public void The_time_left_is_kept_unless_it_is_changed()
    {
        KeyDraft draft = KeyDraft.Of(Value([1]) with { ExpiresAt = Now.AddSeconds(90.5) }, Now)!;
        Assert.Equal("91", draft.Ttl);
        Assert.Null(draft.Read(out _, out TimeSpan? ttl));
        Assert.Equal(TimeSpan.FromSeconds(91), ttl);
    }

    [Fact]
    public void Where_there_is_no_value_it_is_stored_only_if_there_still_is_none() => Assert.Null(KeyDraft.Of(value: null, Now)!.Version);

    private static KvValue Value(byte[] bytes) => new(bytes, "1-1-0-1", ExpiresAt: null);
}
