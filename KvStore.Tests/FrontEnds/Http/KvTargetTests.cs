using System.Text;
using KvStore.Node.FrontEnds;
using KvStore.Node.FrontEnds.Http;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

public sealed class KvTargetTests
{
    [Theory]
    [InlineData("/kv", KvAction.Listing, "")]
    [InlineData("/kv?prefix=a", KvAction.Listing, "")]
    [InlineData("/kv/a", KvAction.Key, "a")]
    [InlineData("/kv/", KvAction.Key, "")]
    [InlineData("/kv?key=", KvAction.Key, "")]
    [InlineData("/kv/a%2Fb", KvAction.Key, "a/b")]
    [InlineData("/kv/%2e%2E", KvAction.Key, "..")]
    [InlineData("/kv/..", KvAction.Key, "..")]
    [InlineData("/kv/a+b", KvAction.Key, "a+b")]
    [InlineData("/kv?key=a/b", KvAction.Key, "a/b")]
    [InlineData("/kv?key=a+b%2B", KvAction.Key, "a b+")]
    [InlineData("/kv?consistency=one&key=a%26b", KvAction.Key, "a&b")]
    [InlineData("/kv/increment", KvAction.Key, "increment")]
    [InlineData("/kv/explain", KvAction.Key, "explain")]
    [InlineData("/kv/append", KvAction.Key, "append")]
    [InlineData("/kv/a/append", KvAction.Append, "a")]
    [InlineData("/kv/append?key=a/b", KvAction.Append, "a/b")]
    [InlineData("/kv/a/increment?by=2", KvAction.Increment, "a")]
    [InlineData("/kv/increment?key=a/b", KvAction.Increment, "a/b")]
    [InlineData("/kv/increment/increment", KvAction.Increment, "increment")]
    [InlineData("/kv/a/explain", KvAction.Explain, "a")]
    [InlineData("/kv/explain?key=explain", KvAction.Explain, "explain")]
    [InlineData("http://host:8001/kv/a%3Fb", KvAction.Key, "a?b")]
    public void A_request_line_says_what_it_is_about(string rawTarget, object action, string key)
    {
        KvTarget target = Accepted(rawTarget);

        Assert.Equal(((KvAction)action, key), (target.Action, Encoding.UTF8.GetString(target.Key)));
    }

    [Fact]
    public void A_key_is_any_bytes()
    {
        Assert.Equal([0xFF, 0x00, 0xC3], Accepted("/kv/%FF%00%C3").Key);
        Assert.Equal([0xFF, 0x00, 0xC3], Accepted("/kv?key=%FF%00%C3").Key);
    }

    [Theory]
    [InlineData("/kv/a/b", "\"/kv/a/b\" is not an address of a key: write a slash in a key as %2F, or give the key as ?key=.")]
    [InlineData("/kv/a/explain/", "\"/kv/a/explain/\" is not an address of a key: write a slash in a key as %2F, or give the key as ?key=.")]
    [InlineData("/kv/a%2", "\"/kv/a%2\" is not percent-encoded: '%' needs two hexadecimal digits after it.")]
    [InlineData("/kv/a?key=b", "\"/kv/a\" names a key, and so does ?key=: give one of them.")]
    [InlineData("/kv?key=%q1", "The parameter key is not percent-encoded: '%' needs two hexadecimal digits after it.")]
    [InlineData("/kv/a?ttl=1&ttl=2", "The parameter ttl is given twice.")]
    [InlineData("/kv?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17", "There are more than 16 parameters.")]
    public void A_malformed_one_is_refused_with_what_is_wrong(string rawTarget, string detail)
    {
        (string path, string query) = KvTarget.Split(rawTarget);

        Assert.False(KvTarget.TryParse(path, query, out _, out RequestFailure? failure));
        Assert.Equal(new RequestFailure(FailureKind.Malformed, detail), failure);
    }

    [Theory]
    [InlineData("/kvs", false)]
    [InlineData("/", false)]
    [InlineData("/kv", true)]
    [InlineData("/kv/", true)]
    public void Only_kv_and_below_are_taken(string path, bool expected) => Assert.Equal(expected, KvTarget.IsUnderRoot(path));

    [Fact]
    public void An_unknown_parameter_is_refused_with_the_nearest_known_one() => Assert.Equal(
        RequestFailure.Malformed("There is no parameter tll here. The nearest is ttl."),
        Accepted("/kv/a?tll=5").Query.CheckNames("key", "consistency", "ttl"));

    [Theory]
    [InlineData("true", true, null)]
    [InlineData("false", false, null)]
    [InlineData("", false, "The parameter previous is \"\": it must be true or false.")]
    [InlineData("1", false, "The parameter previous is \"1\": it must be true or false.")]
    public void A_flag_is_true_or_false(string text, bool expected, string? detail)
    {
        bool flag = false;
        RequestFailure? failure = Accepted($"/kv/a?previous={text}").Query.ReadFlag("previous", ref flag);

        Assert.Equal((expected, detail), (flag, failure?.Detail));
    }

    [Theory]
    [InlineData("5", 5, null)]
    [InlineData("-3", -3, null)]
    [InlineData("11", 7, "The parameter by is \"11\": it must be a whole number from -10 to 10.")]
    [InlineData("1.5", 7, "The parameter by is \"1.5\": it must be a whole number from -10 to 10.")]
    [InlineData("", 7, "The parameter by is \"\": it must be a whole number from -10 to 10.")]
    public void A_number_is_read_within_its_range(string text, long expected, string? detail)
    {
        long number = 7;
        RequestFailure? failure = Accepted($"/kv/a?by={text}").Query.ReadWhole("by", -10, 10, ref number);

        Assert.Equal((expected, detail), (number, failure?.Detail));
    }

    private static KvTarget Accepted(string rawTarget)
    {
        (string path, string query) = KvTarget.Split(rawTarget);
        Assert.True(KvTarget.TryParse(path, query, out KvTarget target, out RequestFailure? failure), failure?.Detail);
        return target;
    }
}
