using KvStore.Client;
using Xunit;

namespace KvStore.Tests.Client;

public sealed class ConsistencyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("quorum")]
    [InlineData("all")]
    [InlineData("1")]
    [InlineData("3")]
    public void A_level_is_read_back_from_its_text(string text) => Assert.Equal(text, Consistency.Parse(text).ToString());

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("most")]
    [InlineData(" one")]
    [InlineData("99999999999")]
    public void What_is_no_level_is_refused_by_name(string text)
    {
        FormatException refusal = Assert.Throws<FormatException>(() => Consistency.Parse(text));
        Assert.Contains($"'{text}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_replica_is_not_the_level_one()
    {
        Assert.NotEqual(Consistency.One, Consistency.Replicas(1));
        Assert.Equal(1, Consistency.Replicas(1).ReplicaCount);
        Assert.Equal(0, Consistency.One.ReplicaCount);
    }
}
