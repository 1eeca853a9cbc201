using KvStore.Node.Storage.Checkpoints;
using Xunit;

namespace KvStore.Tests.Storage;

public sealed class AppliedMarkTests
{
    [Fact]
    public void It_stands_before_the_first_gap_whatever_the_order()
    {
        Random random = new(1);
        for (int run = 0; run < 200; run++)
        {
            long from = random.Next(10_000);
            int count = random.Next(1, 3000);
            long[] order = [.. Enumerable.Range(1, count).Select(i => from + i)];
            random.Shuffle(order);
            AppliedMark mark = new(from);
            HashSet<long> applied = [];
            long expected = from;
            foreach (long lsn in order)
            {
                mark.Add(lsn);
                applied.Add(lsn);
                while (applied.Contains(expected + 1))
                {
                    expected++;
                }

                Assert.Equal(expected, mark.Through);
            }

            Assert.Equal(from + count, mark.Through);
        }
    }

    [Fact]
    public void What_is_below_it_changes_nothing()
    {
        AppliedMark mark = new(100);
        mark.Add(100);
        mark.Add(0);
        mark.Add(102);
        mark.Add(102);
        Assert.Equal(100, mark.Through);
        mark.Add(101);
        Assert.Equal(102, mark.Through);
    }
}
