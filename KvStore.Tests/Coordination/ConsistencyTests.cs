using KvStore.Node.Coordination;

namespace KvStore.Tests.Coordination;

public sealed class ConsistencyTests
{
    [Theory]
    [InlineData("one", 3, 1, false)]
    [InlineData("quorum", 3, 2, true)]
    [InlineData("quorum", 4, 3, true)]
    [InlineData("all", 5, 5, true)]
    [InlineData("1", 3, 1, false)]
    [InlineData("1", 1, 1, true)]
    [InlineData("2", 5, 2, false)]
    [InlineData("3", 5, 3, true)]
    public void A_level_says_how_many_replicas_it_needs(string text, int replication, int needed, bool linearizable)
    {
        Assert.True(Consistency.TryParse(text, out Consistency level));
        Assert.Equal((needed, linearizable, text), (level.Needed(replication), level.IsLinearizable(replication), level.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("ONE")]
    [InlineData("two")]
    [InlineData("1.5")]
    public void Anything_else_is_no_level(string text) => Assert.False(Consistency.TryParse(text, out _));
}
