using KvStore.Node.Registers;

namespace KvStore.Tests.Registers;

public sealed class StateVersionTests
{
    [Fact]
    public void A_version_reads_back_from_its_text()
    {
        StateVersion version = new(new Ballot(new Epoch(12), 0x1fff_ffff_ffff, 300), 7);
        Assert.Equal("12-1fffffffffff-300-7", version.ToString());
        Assert.True(StateVersion.TryParse("12-1fffffffffff-300-7", out StateVersion back));
        Assert.Equal(version, back);
        Assert.True(StateVersion.TryParse("0", out StateVersion none));
        Assert.True(none.IsNone);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1-2-3")]
    [InlineData("1-2-3-4-5")]
    [InlineData("1-0-3-4")]
    [InlineData("1-xyz-3-4")]
    [InlineData("1-2-70000-4")]
    [InlineData("-1-2-3-4")]
    [InlineData("1-ffffffffffffffff-3-4")]
    [InlineData("1 -2-3-4")]
    public void Anything_else_is_no_version(string text) => Assert.False(StateVersion.TryParse(text, out _));
}
