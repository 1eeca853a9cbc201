using Xunit;

namespace KvStore.Tests.Simulation;

public sealed class SeededRandomTests
{
    [Fact]
    public void The_generators_give_the_published_sequences()
    {
        ulong state = 1234567;
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => SeededRandom.SplitMix(ref state)));

        var random = new SeededRandom(1, 2, 3, 4);
        Assert.Equal(
            [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600],
            Enumerable.Range(0, 6).Select(_ => random.NextWord()));
    }

    [Fact]
    public void Every_kind_of_draw_is_the_same_for_ever()
    {
        var random = new SeededRandom(42);
        var bytes = new byte[11];
        random.NextBytes(bytes);
        var items = Enumerable.Range(0, 8).ToArray();
        random.Shuffle(items);
        Assert.Equal(
            "1252733103 6 -3 7388145106668446554 353395828132 3895028994966849484 0.8777672296213497 0.6167615 16C72E0C2E0B78157E3A11 57163204 8513901",
            FormattableString.Invariant(
                $"{random.Next()} {random.Next(10)} {random.Next(-5, 5)} {random.NextInt64()} {random.NextInt64(1L << 40)} {random.NextInt64(long.MinValue, long.MaxValue)} {random.NextDouble()} {random.NextSingle()} {Convert.ToHexString(bytes)} {string.Concat(items)} {random.NextTime(TimeSpan.FromSeconds(1)).Ticks}"));
    }

    [Fact]
    public void Draws_are_uniform_within_their_bounds()
    {
        var random = new SeededRandom(1);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Next(-3, 4) + 3]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Equal(0, random.Next(1));
        Assert.Equal(5, random.Next(5, 5));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => random.Chance(0.25)), 2_300, 2_700);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(2, 1));
    }

    [Fact]
    public void A_draw_more_in_one_stream_moves_no_other()
    {
        var plain = new RandomStreams(9);
        var disturbed = new RandomStreams(9);
        disturbed.Network.NextWord();
        disturbed.Of("more").NextWord();

        Assert.Equal(
            new[] { plain.Schedule, plain.Disk, plain.Clocks, plain.Workload, plain.Faults }.Select(stream => stream.NextWord()),
            new[] { disturbed.Schedule, disturbed.Disk, disturbed.Clocks, disturbed.Workload, disturbed.Faults }.Select(stream => stream.NextWord()));
        Assert.NotEqual(plain.Network.NextWord(), disturbed.Network.NextWord());
    }

    [Fact]
    public void Streams_of_neighbouring_seeds_have_nothing_in_common()
    {
        var words = Enumerable.Range(0, 1000)
            .Select(seed => new RandomStreams((ulong)seed))
            .SelectMany(streams => new[] { streams.Schedule, streams.Network, streams.Disk, streams.Clocks, streams.Workload, streams.Faults })
            .Select(stream => stream.NextWord())
            .ToList();
        Assert.Equal(6000, words.Distinct().Count());
    }
}
