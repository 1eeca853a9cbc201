using Aspire.Dashboard.Display;

namespace KvStore.Tests.StandIns.Dashboard;

public sealed class FieldFilterTests
{
    [Theory]
    [InlineData(FilterCondition.Equal, "200", "200", true)]
    [InlineData(FilterCondition.Equal, "Abc", "abc", true)]
    [InlineData(FilterCondition.Equal, null, "", false)]
    [InlineData(FilterCondition.NotEqual, null, "a", true)]
    [InlineData(FilterCondition.NotEqual, "a", "A", false)]
    [InlineData(FilterCondition.Contains, "some text", "TEXT", true)]
    [InlineData(FilterCondition.Contains, null, "", false)]
    [InlineData(FilterCondition.NotContains, null, "x", true)]
    [InlineData(FilterCondition.Above, "10", "9", true)]
    [InlineData(FilterCondition.Above, "9", "10", false)]
    [InlineData(FilterCondition.AtLeast, "9", "9.0", true)]
    [InlineData(FilterCondition.Below, "b", "c", true)]
    [InlineData(FilterCondition.AtMost, null, "5", false)]
    public void A_condition_holds_or_not(FilterCondition condition, string? found, string value, bool holds) =>
        Assert.Equal(holds, new FieldFilter("field", condition, value).Holds(_ => found));

    [Fact]
    public void Filters_come_back_from_an_address_as_they_were()
    {
        FieldFilter[] filters =
        [
            new("url.path", FilterCondition.Contains, "/kv/:;&a=b", IsOn: false),
            new("level", FilterCondition.AtLeast, ""),
        ];
        Assert.Equal(filters, FieldFilter.FromText(FieldFilter.ToText(filters)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("a:Unheard:b:on")]
    [InlineData("a:99:b:on;;::")]
    public void What_is_no_filter_is_left_out(string? text) => Assert.Empty(FieldFilter.FromText(text));
}
