using System.Text;
using KvStore.Client;
using KvStore.Web.Keys;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class KeyTreeTests
{
    [Fact]
    public void Keys_that_begin_alike_up_to_a_delimiter_are_one_line()
    {
        (IReadOnlyList<KeyTreeNode> nodes, ReadOnlyMemory<byte> cursor) = KeyTree.Level(default, Page("", "alone", "img/1", "img/2", "img:1", "user:1", "user:1:a", "user:2"));

        Assert.Equal(["alone", "img/ 2", "img: 1", "user: 3"], nodes.Select(Words));
        Assert.True(cursor.IsEmpty);
    }

    [Fact]
    public void A_level_below_names_what_is_new_in_it()
    {
        (IReadOnlyList<KeyTreeNode> nodes, _) = KeyTree.Level("user:", Page("", "user:", "user:1", "user:1:a", "user:1:b", "user:1/x"));

        Assert.Equal(["the key itself", "1", "1: 2", "1/ 1"], nodes.Select(Words));
        Assert.Equal(["user:", "user:1", "user:1:", "user:1/"], nodes.Select(node => node.Path.ToString()));
    }

    [Fact]
    public void A_group_that_fills_the_page_is_passed_over_by_the_next()
    {
        (IReadOnlyList<KeyTreeNode> nodes, ReadOnlyMemory<byte> cursor) = KeyTree.Level(default, Page("more", "a:1", "b:1", "b:2"));

        Assert.Equal(["a: 1", "b: 2+"], nodes.Select(Words));
        Assert.Equal(KeyLimits.KeyBytesMax, cursor.Length);
        foreach (string inside in new[] { "b:", "b:3", "b:\u00ff", "b:" + new string('\uffff', 1_000) })
        {
            Assert.True(cursor.Span.SequenceCompareTo(Encoding.UTF8.GetBytes(inside)) >= 0, $"{inside} would come again.");
        }

        foreach (string behind in new[] { "b;", "ba", "c" })
        {
            Assert.True(cursor.Span.SequenceCompareTo(Encoding.UTF8.GetBytes(behind)) < 0, $"{behind} would be left out.");
        }
    }

    [Fact]
    public void After_a_key_the_next_page_goes_on_where_this_one_ended()
    {
        (_, ReadOnlyMemory<byte> cursor) = KeyTree.Level(default, Page("b", "a:1", "b"));
        Assert.Equal("b", Encoding.UTF8.GetString(cursor.Span));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("user:1:na", "user: user:|1: user:1:|na user:1:na")]
    [InlineData("img/", "img/ img/")]
    public void The_levels_above_a_prefix_lead_to_it(string prefix, string levels) =>
        Assert.Equal(levels, string.Join('|', KeyTree.Above(prefix).Select(level => $"{level.Name} {level.Path}")));

    private static string Words(KeyTreeNode node) => node.Entry is null ? $"{node.Name} {node.Count}{(node.HasMore ? "+" : "")}" : node.Name;

    private static KeyPage Page(string cursor, params string[] keys) =>
        new([.. keys.Select(key => new KvEntry(key, "1-1-0-1", 3, ExpiresAt: null))], Encoding.UTF8.GetBytes(cursor), Failure: null);
}
