using KvStore.Node.FrontEnds;
using KvStore.Node.FrontEnds.Http;
using KvStore.Node.Registers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace KvStore.Tests.FrontEnds.Http;

public sealed class ConditionHeadersTests
{
    private static readonly StateVersion Version = new(new Ballot(new Epoch(1), 0xab, 2), 3);

    [Fact]
    public void No_header_is_no_condition() => Assert.Equal((null, Change.Delete()), Read(default, default));

    [Fact]
    public void If_match_with_a_tag_asks_for_that_version()
    {
        Assert.Equal("\"1-ab-2-3\"", ConditionHeaders.TagOf(Version));
        Assert.Equal(
            (null, Change.Delete() with { Condition = ConditionKind.Version, Expected = Version }), Read(ConditionHeaders.TagOf(Version), default));
    }

    [Fact]
    public void If_match_with_a_star_asks_for_a_value() =>
        Assert.Equal((null, Change.Delete() with { Condition = ConditionKind.Present }), Read("*", default));

    [Fact]
    public void If_none_match_with_a_star_asks_for_none() =>
        Assert.Equal((null, Change.Delete() with { Condition = ConditionKind.Absent }), Read(default, "*"));

    [Theory]
    [InlineData("1-ab-2-3")]
    [InlineData("\"1-ab-2-3")]
    [InlineData("\"1-ab-2\"")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("\"*\"")]
    [InlineData("W/\"1-ab-2-3\"")]
    [InlineData("\"1-ab-2-3\", \"1-ab-2-4\"")]
    public void Anything_else_in_if_match_is_malformed(string text) => Assert.Equal(
        (RequestFailure.Malformed($"If-Match is {text}: it must be one version in double quotes, as an ETag gave it, or *."), Change.Delete()),
        Read(text, default));

    [Fact]
    public void Several_if_match_headers_are_malformed() => Assert.Equal(
        RequestFailure.Malformed("If-Match is *,*: it must be one version in double quotes, as an ETag gave it, or *."),
        Read(new StringValues(["*", "*"]), default).Failure);

    [Fact]
    public void A_version_in_if_none_match_is_malformed() => Assert.Equal(
        RequestFailure.Malformed("If-None-Match is \"1-ab-2-3\": it must be * (the key has no value)."), Read(default, "\"1-ab-2-3\"").Failure);

    [Fact]
    public void Both_headers_are_malformed() => Assert.Equal(
        RequestFailure.Malformed("If-Match and If-None-Match are both given: a write takes one condition."), Read("*", "*").Failure);

    private static (RequestFailure? Failure, Change Change) Read(StringValues match, StringValues noneMatch)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        headers.IfMatch = match;
        headers.IfNoneMatch = noneMatch;
        Change change = Change.Delete();
        return (ConditionHeaders.Read(headers, ref change), change);
    }
}
