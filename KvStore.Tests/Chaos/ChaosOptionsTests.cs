using Xunit;

namespace KvStore.Tests.Chaos;

public sealed class ChaosOptionsTests
{
    [Fact]
    public void By_default_it_runs_for_three_minutes()
    {
        Assert.True(ChaosOptions.TryParse([], out ChaosOptions? options));
        Assert.Equal(TimeSpan.FromMinutes(3), options.Time);
        Assert.False(options.StaleReads);
    }

    [Fact]
    public void Every_option_is_read()
    {
        Assert.True(ChaosOptions.TryParse(["--stale-reads", "--seed", "7", "--seconds", "20", "--rate", "50"], out ChaosOptions? options));
        Assert.Equal(new ChaosOptions(TimeSpan.FromSeconds(20), 7, 50, StaleReads: true), options);
    }

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--seconds", "soon")]
    [InlineData("--rate", "-1")]
    [InlineData("--seed", "")]
    [InlineData("--minutes", "1")]
    public void What_it_cannot_read_it_refuses(string name, string value) => Assert.False(ChaosOptions.TryParse([name, value], out _));
}
