using KvStore.Node.Membership;
using Xunit;

namespace KvStore.Tests.Membership;

public sealed class RememberedMarkTests
{
    private static readonly RememberedMark Seen = new(BootCount: 5, BootNonce: 77, Lsn: 200);

    [Theory]
    [InlineData(4, 1, 500, "a directory put back that was opened less often")]
    [InlineData(1, 1, 0, "a wiped directory")]
    [InlineData(5, 78, 500, "another directory opened as often")]
    [InlineData(6, 1, 199, "a log that lost its end")]
    [InlineData(9, 1, 0, "a wiped directory opened again and again")]
    public void A_member_that_shows_less_has_lost_something(long boot, long nonce, long opened, string why) =>
        Assert.True(Seen.IsMoreThan(new ShownMark(boot, nonce, opened, opened + 10)), why);

    [Theory]
    [InlineData(5, 77, 100, 150, "an earlier frame of the same life, overtaken by a later one")]
    [InlineData(5, 77, 100, 300, "the same life, further on")]
    [InlineData(6, 1, 200, 200, "the next life with all there was")]
    [InlineData(9, 1, 250, 260, "a later life that wrote more meanwhile")]
    public void A_member_that_shows_as_much_has_not(long boot, long nonce, long opened, long durable, string why) =>
        Assert.False(Seen.IsMoreThan(new ShownMark(boot, nonce, opened, durable)), why);

    [Fact]
    public void Nothing_is_more_than_nothing() => Assert.False(default(RememberedMark).IsMoreThan(new ShownMark(1, 9, 0, 0)));

    [Fact]
    public void What_is_remembered_never_goes_down()
    {
        Assert.Equal(new RememberedMark(5, 77, 200), Seen.After(new ShownMark(5, 77, 100, 150)));
        Assert.Equal(new RememberedMark(6, 1, 201), Seen.After(new ShownMark(6, 1, 200, 201)));
    }

    [Fact]
    public void Its_bytes_read_back()
    {
        byte[] bytes = new byte[RememberedMark.EncodedLength];
        Seen.WriteTo(bytes);
        Assert.Equal(Seen, RememberedMark.ReadFrom(bytes));
    }
}
