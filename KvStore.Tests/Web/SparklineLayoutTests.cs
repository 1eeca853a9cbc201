using System.Collections.Immutable;
using KvStore.Web.Overview;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class SparklineLayoutTests
{
    [Fact]
    public void The_newest_is_at_the_right_and_the_most_at_the_top()
    {
        SparklineLayout layout = SparklineLayout.Of([0, 10, 5]);

        Assert.Equal(10, layout.Most);
        Assert.EndsWith("L117.5 1.5L118.5 14h0.01", layout.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_is_broken_where_nothing_is_known()
    {
        SparklineLayout layout = SparklineLayout.Of([1, null, 1, 1]);

        Assert.Equal(2, layout.Line.Count(letter => letter == 'M'));
        Assert.Equal(2, layout.Area.Count(letter => letter == 'Z'));
    }

    [Fact]
    public void Nothing_is_drawn_of_nothing() => Assert.Equal(new SparklineLayout("", "", 0), SparklineLayout.Of([null, null]));

    [Fact]
    public void Only_what_there_is_room_for_is_drawn()
    {
        SparklineLayout layout = SparklineLayout.Of([.. Enumerable.Range(0, 1000).Select(i => (double?)i)]);

        Assert.Equal(SparklineLayout.Places, layout.Line.Count(letter => letter is 'M' or 'L'));
        Assert.StartsWith("M1.5 ", layout.Line, StringComparison.Ordinal);
    }
}
