using KvStore.Node.Peers;
using Xunit;

namespace KvStore.Tests.Peers;

public sealed class ReconnectDelayTests
{
    [Fact]
    public void Delays_grow_to_two_seconds_with_jitter_and_begin_again_after_a_reset()
    {
        List<TimeSpan> least = [.. Enumerable.Repeat(TimeSpan.MaxValue, 8)];
        List<TimeSpan> most = [.. Enumerable.Repeat(TimeSpan.Zero, 8)];
        Random random = new(1);
        ReconnectDelay delay = new(random);
        for (int run = 0; run < 1000; run++)
        {
            for (int attempt = 0; attempt < 8; attempt++)
            {
                TimeSpan next = delay.Next();
                least[attempt] = next < least[attempt] ? next : least[attempt];
                most[attempt] = next > most[attempt] ? next : most[attempt];
            }

            delay.Reset();
        }

        double[] ceilings = [100, 200, 400, 800, 1600, 2000, 2000, 2000];
        Assert.All(least, shortest => Assert.InRange(shortest.TotalMilliseconds, 50, 60));
        Assert.All(most.Zip(ceilings), pair => Assert.InRange(pair.First.TotalMilliseconds, pair.Second * 0.98, pair.Second));
    }
}
