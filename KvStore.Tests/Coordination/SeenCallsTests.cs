using KvStore.Node.Coordination;

namespace KvStore.Tests.Coordination;

public sealed class SeenCallsTests
{
    [Fact]
    public void A_call_is_taken_up_once_in_whatever_order_calls_come()
    {
        SeenCalls seen = new();
        Assert.True(seen.TryAdd(5));
        Assert.True(seen.TryAdd(3));
        Assert.False(seen.TryAdd(5));
        Assert.False(seen.TryAdd(3));
    }

    [Fact]
    public void A_call_older_than_all_that_are_remembered_is_refused_seen_or_not()
    {
        SeenCalls seen = new(countMax: 2);
        Assert.All(new ulong[] { 2, 4, 6 }, id => Assert.True(seen.TryAdd(id)));
        Assert.False(seen.TryAdd(2));
        Assert.False(seen.TryAdd(1));
        Assert.True(seen.TryAdd(5));
    }
}
