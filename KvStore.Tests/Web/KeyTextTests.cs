using System.Text;
using KvStore.Client;
using KvStore.Web.Keys;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class KeyTextTests
{
    [Theory]
    [InlineData("user:1", "user:1")]
    [InlineData("größe/ключ/鍵/🔑", "größe/ключ/鍵/🔑")]
    [InlineData("<b>&amp;\"'", "<b>&amp;\"'")]
    [InlineData(@"C:\temp", @"C:\\temp")]
    [InlineData("a\nb\0", @"a\x0ab\x00")]
    [InlineData("a\u202eb\u200b", @"a\xe2\x80\xaeb\xe2\x80\x8b")]
    public void Text_stays_as_it_is_and_what_cannot_be_seen_is_written_out(string key, string text)
    {
        Assert.Equal(text, KeyText.Of(key));
        Assert.Equal(Encoding.UTF8.GetBytes(key), KeyText.Parse(text, out _));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_written_out()
    {
        byte[] key = [0xFF, (byte)'a', 0xC3, 0x28, 0xED, 0xA0, 0x80];
        Assert.Equal(@"\xffa\xc3(\xed\xa0\x80", KeyText.Of(key));
    }

    [Fact]
    public void Every_key_has_a_text_of_its_own_that_leads_back_to_it()
    {
        Random random = new(11);
        byte[] alphabet = [0, 9, (byte)'a', (byte)'\\', (byte)'x', (byte)'0', 0x7F, 0x80, 0xC3, 0xA4, 0xE2, 0x80, 0xAE, 0xF0, 0x9F, 0x94, 0x91, 0xFF];
        HashSet<string> texts = [];
        HashSet<string> keys = [];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] key = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => alphabet[random.Next(alphabet.Length)])];
            string text = KeyText.Of(key);
            Assert.Equal(key, KeyText.Parse(text, out _));
            texts.Add(text);
            keys.Add(Convert.ToHexString(key));
        }

        Assert.Equal(keys.Count, texts.Count);
        Assert.True(keys.Count > 10_000, "The same keys came again and again.");
    }

    [Theory]
    [InlineData(@"C:\temp", @"'\tem'")]
    [InlineData(@"a\", @"'\'")]
    [InlineData(@"a\xg0", @"'\xg0'")]
    [InlineData(@"a\x0", @"'\x0'")]
    public void A_backslash_that_means_nothing_is_refused(string text, string named)
    {
        Assert.Null(KeyText.Parse(text, out string problem));
        Assert.StartsWith(named, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_is_none() => Assert.Null(KeyText.Parse("a\ud83d", out _));

    [Theory]
    [InlineData("a&b=c#d", "", "/keys?key=a%26b%3Dc%23d")]
    [InlineData("user:1", "user:", "/keys?prefix=user%3A&key=user%3A1")]
    [InlineData("", "a b/", "/keys?prefix=a%20b%2F")]
    [InlineData("", "", "/keys")]
    public void An_address_leads_to_a_key_whatever_it_is_called(string key, string prefix, string address) =>
        Assert.Equal(address, key.Length == 0 ? KeyAddress.OfPrefix(prefix) : KeyAddress.Of(key, prefix));

    [Fact]
    public void A_key_of_any_length_is_shown_in_a_line()
    {
        KvKey key = new string('k', 4_096);
        Assert.Equal(new string('k', KeyText.ShownMax) + "…", KeyText.Shown(key));
        Assert.Equal(4_096, KeyText.Of(key).Length);
    }

    [Theory]
    [InlineData(0, "A key has at least one byte: type one first.")]
    [InlineData(65_536, "A key has at most 4,096 bytes; this one has 65,536.")]
    [InlineData(4_096, null)]
    public void A_key_has_a_length(int bytes, string? problem) => Assert.Equal(problem, KeyLimits.Problem(bytes));
}
