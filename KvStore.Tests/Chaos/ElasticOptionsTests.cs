using Xunit;

namespace KvStore.Tests.Chaos;

public sealed class ElasticOptionsTests
{
    [Fact]
    public void Options_are_read_and_nothing_else_is()
    {
        Assert.Equal(ElasticOptions.ByDefault, ElasticOptions.Parse([]));
        Assert.Equal(new ElasticOptions(5, 10, 20, 3, 0, 2, null, 30, 4, false), ElasticOptions.Parse("--nodes 5 --keys 10 --rate 20 --seed 3 --transfer-rate 0 --rounds 2 --settle 30 --quiet 4 --kills 0".Split(' ')));
        Assert.Equal(ElasticOptions.ByDefault with { Load = 50 }, ElasticOptions.Parse(["--load", "50"]));
        foreach (string[] wrong in (string[][])[["--nodes", "3"], ["--nodes"], ["--keys", "0"], ["--rate", "-1"], ["--transfer-rate", "1"], ["--rounds", "0"], ["--rounds", "11"], ["--kills", "2"], ["--settle", "601"], ["--quiet", "0"], ["--load", "0"], ["--load", "101"], ["--load", "0.5"], ["--load", "50", "--rate", "300"], ["--speed", "9"], ["5"]])
        {
            Assert.Null(ElasticOptions.Parse(wrong));
        }
    }
}
