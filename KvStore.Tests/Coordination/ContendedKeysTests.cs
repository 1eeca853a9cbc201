using KvStore.Node.Coordination;
using KvStore.Node.Ring;

namespace KvStore.Tests.Coordination;

public sealed class ContendedKeysTests
{
    private static readonly Key One = new([1]);
    private static readonly Key Two = new([2]);

    [Fact]
    public void A_key_is_contended_for_a_while_after_its_last_conflict()
    {
        ContendedKeys keys = new();
        keys.Mark(One, now: 100);
        keys.Mark(One, now: 200);
        Assert.False(keys.Contains(Two, now: 200));
        Assert.True(keys.Contains(One, now: 199 + ContendedKeys.Milliseconds));
        Assert.False(keys.Contains(One, now: 200 + ContendedKeys.Milliseconds));
        Assert.False(keys.Contains(One, now: 200 + (2 * ContendedKeys.Milliseconds)));
        Assert.Equal(0, keys.Count);
    }

    [Fact]
    public void A_key_that_is_met_again_when_its_time_is_over_is_left_alone_for_twice_as_long()
    {
        ContendedKeys keys = new();
        long now = 0;
        keys.Mark(One, now);
        for (int time = ContendedKeys.Milliseconds; time <= ContendedKeys.MillisecondsMax; time *= 2)
        {
            Assert.True(keys.Contains(One, now + time - 1));
            Assert.False(keys.Contains(One, now + time));
            keys.Mark(One, now += time);
        }

        Assert.False(keys.Contains(One, now += ContendedKeys.MillisecondsMax));
        keys.Mark(One, now += ContendedKeys.MillisecondsMax);
        Assert.False(keys.Contains(One, now + ContendedKeys.Milliseconds));
    }

    [Fact]
    public void When_there_are_too_many_all_are_forgotten()
    {
        ContendedKeys keys = new(entriesMax: 1);
        keys.Mark(One, now: 0);
        keys.Mark(One, now: 0);
        Assert.True(keys.Contains(One, now: 1));
        keys.Mark(Two, now: 0);
        Assert.False(keys.Contains(One, now: 1));
        Assert.True(keys.Contains(Two, now: 1));
    }
}
