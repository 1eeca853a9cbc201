using KvStore.Node.Migration;
using KvStore.Node.Registers;
using KvStore.Tests.Peers;
using Xunit;

namespace KvStore.Tests.Migration;

public sealed class LateOwnersTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_are_awaited_as_long_as_they_take_over_something(bool areJoinersWhole)
    {
        TimeSpan patience = areJoinersWhole ? LateOwners.PatienceWithOwners : LateOwners.PatienceWithJoiners;
        LateOwners late = new(_time);
        for (int look = 0; look < 10; look++)
        {
            Assert.True(late.AreAwaited(Epoch.First, taken: look, areJoinersWhole));
            _time.Advance(patience - TimeSpan.FromSeconds(1));
        }

        Assert.True(late.AreAwaited(Epoch.First, taken: 9, areJoinersWhole));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(late.AreAwaited(Epoch.First, taken: 9, areJoinersWhole));
        Assert.True(late.AreAwaited(Epoch.First, taken: 10, areJoinersWhole));
    }

    [Fact]
    public void Every_change_waits_anew()
    {
        LateOwners late = new(_time);
        Assert.True(late.AreAwaited(Epoch.First, taken: 5, areJoinersWhole: false));
        _time.Advance(LateOwners.PatienceWithJoiners);
        Assert.True(late.AreAwaited(new Epoch(3), taken: 5, areJoinersWhole: false));
    }
}
