using System.Text;
using KvStore.Node.FrontEnds.Resp;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

/// <summary>Patterns, numbers and hashes, which know nothing of connections.</summary>
public sealed class RespPartsTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("h?llo", "hello", true)]
    [InlineData("h?llo", "hllo", false)]
    [InlineData("h*llo", "hllo", true)]
    [InlineData("h*llo", "heeeello", true)]
    [InlineData("h[ae]llo", "hallo", true)]
    [InlineData("h[ae]llo", "hillo", false)]
    [InlineData("h[^e]llo", "hallo", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[b-a]llo", "hallo", true)]
    [InlineData("h[\\]]llo", "h]llo", true)]
    [InlineData("h[a", "ha", true)]
    [InlineData("h[", "h", false)]
    [InlineData("h\\*llo", "h*llo", true)]
    [InlineData("h\\*llo", "hello", false)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("a*b*c", "aXbXbX", false)]
    [InlineData("a", "ab", false)]
    [InlineData("ab", "a", false)]
    public void A_pattern_matches_as_in_Redis(string pattern, string text, bool matches) =>
        Assert.Equal(matches, GlobPattern.IsMatch(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_pattern_of_stars_is_no_work_without_end()
    {
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 2_000)) + "b");
        Assert.False(GlobPattern.IsMatch(pattern, Encoding.ASCII.GetBytes(new string('a', 4_000))));
    }

    [Theory]
    [InlineData("user:*", "user:")]
    [InlineData("a\\*", "a")]
    [InlineData("plain", "plain")]
    public void What_every_match_begins_with_is_known(string pattern, string prefix) =>
        Assert.Equal(prefix, Encoding.ASCII.GetString(GlobPattern.PrefixOf(Encoding.ASCII.GetBytes(pattern)).Span));

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("+1", null)]
    [InlineData("01", null)]
    [InlineData("-0", null)]
    [InlineData(" 1", null)]
    [InlineData("1 ", null)]
    [InlineData("1.0", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    public void An_integer_is_read_as_Redis_reads_it(string text, long? number) =>
        Assert.Equal(number, RespNumber.TryParse(Encoding.ASCII.GetBytes(text), out long read) ? read : null);

    [Theory]
    [InlineData("3.0", "1", "4")]
    [InlineData("0.1", "0.2", "0.3")]
    [InlineData("1e3", "1", "1001")]
    [InlineData("1e20", "1", "100000000000000000000")]
    [InlineData("-1.5", "1.5", "0")]
    [InlineData("x", "1", null)]
    [InlineData("1e308", "1e308", null)]
    public void A_sum_of_floats_has_no_exponent_and_no_zeros_at_its_end(string number, string by, string? sum) =>
        Assert.Equal(sum, RespNumber.Sum(Encoding.ASCII.GetBytes(number), Encoding.ASCII.GetBytes(by)) is { } read ? Encoding.ASCII.GetString(read) : null);

    [Fact]
    public void A_hash_comes_back_whole_and_one_that_is_not_whole_is_none()
    {
        List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> fields =
        [
            KeyValuePair.Create<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>("f"u8.ToArray(), "value"u8.ToArray()),
            KeyValuePair.Create<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(Array.Empty<byte>(), Array.Empty<byte>()),
        ];
        byte[] value = HashValue.Write(fields);
        Assert.True(HashValue.IsHash(value));
        Assert.Equal(["f=value", "="], HashValue.Read(value).Select(field => $"{Encoding.ASCII.GetString(field.Key.Span)}={Encoding.ASCII.GetString(field.Value.Span)}"));
        Assert.Empty(HashValue.Read(default));
        for (int length = 0; length < value.Length; length++)
        {
            Assert.False(HashValue.IsHash(value.AsSpan(0, length)));
        }

        Assert.False(HashValue.IsHash([.. value, 0]));
        Random random = new(7);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] mutated = [.. value];
            mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            if (HashValue.IsHash(mutated))
            {
                Assert.InRange(HashValue.Read(mutated).Count, 1, HashValue.FieldsMax);
            }
        }
    }
}
