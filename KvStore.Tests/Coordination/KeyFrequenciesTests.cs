using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Coordination;

public sealed class KeyFrequenciesTests
{
    private readonly KeyFrequencies _met = new();

    [Fact]
    public void As_long_as_there_are_counters_every_count_is_exact()
    {
        for (int key = 0; key < KeyFrequencies.CountersMax; key++)
        {
            Meet($"key{key}", key + 1);
        }

        Assert.Equal(
            Enumerable.Range(1, KeyFrequencies.CountersMax).Select(count => (count, count)),
            _met.All().Select(met => ((int)met.Most, (int)met.Least)).Order());
    }

    [Fact]
    public void A_new_key_takes_the_counter_of_one_met_least_and_says_how_much_of_the_count_is_not_its_own()
    {
        for (int key = 0; key < KeyFrequencies.CountersMax; key++)
        {
            Meet($"key{key}", key == 40 ? 5 : 6);
        }

        Meet("new", 1);

        Dictionary<string, (long, long)> counts = _met.All().ToDictionary(met => met.Key.ToString(), met => (met.Most, met.Least));
        Assert.Equal(KeyFrequencies.CountersMax, counts.Count);
        Assert.False(counts.ContainsKey("key40"));
        Assert.Equal((6L, 1L), counts["new"]);
    }

    /// <summary>The promise of the algorithm, against a count of everything.</summary>
    [Fact]
    public void Whatever_is_met_counts_lie_within_what_is_said_and_no_frequent_key_is_missing()
    {
        int evicted = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            KeyFrequencies met = new();
            Dictionary<string, long> exact = [];
            for (int i = 0; i < 20_000; i++)
            {
                // A few keys often, very many seldom.
                string name = $"k{(int)Math.Pow(random.NextDouble(), -1.2)}";
                met.Add(KeyOf(name));
                exact[name] = exact.GetValueOrDefault(name) + 1;
            }

            Dictionary<string, KeyFrequency> counted = met.All().ToDictionary(key => key.Key.ToString());
            evicted += exact.Count - counted.Count;
            Assert.All(counted, pair => Assert.InRange(exact[pair.Key], pair.Value.Least, pair.Value.Most));
            Assert.Equal([], exact.Where(pair => pair.Value > met.Total / KeyFrequencies.CountersMax && !counted.ContainsKey(pair.Key)));
        }

        Assert.True(evicted > 1_000, "The counters were enough for all keys: nothing was tried.");
    }

    [Fact]
    public void A_lane_forgets_what_was_asked_two_windows_ago()
    {
        const int Window = LaneTraffic.WindowMilliseconds;
        LaneTraffic traffic = new(lane: 0, lanes: 1);
        traffic.Count(KeyOf("early"), isRead: true, 100);
        traffic.Count(KeyOf("late"), isRead: false, Window + 100);
        Assert.Equal(["early", "late"], Hottest(traffic.Report(Window + 200)));
        Assert.Equal(["late"], Hottest(traffic.Report((2 * Window) + 200)));
        LaneTrafficReport last = traffic.Report(5 * Window);

        Assert.Empty(last.Hottest);
        Assert.Equal((1L, 1L), (last.Reads.Sum(), last.Writes.Sum()));
    }

    [Fact]
    public void What_lanes_report_is_put_together_slot_by_slot()
    {
        const int Lanes = 3;
        Key[] keys = [.. Enumerable.Range(0, 100).Select(number => KeyOf($"k{number}"))];
        LaneTraffic[] lanes = [.. Enumerable.Range(0, Lanes).Select(lane => new LaneTraffic(lane, Lanes))];
        foreach (Key key in keys)
        {
            lanes[key.Slot.Number % Lanes].Count(key, isRead: key.Slot.Number % 2 == 0, 10);
        }

        SlotTraffic traffic = SlotTraffic.Of([.. lanes.Select(lane => lane.Report(20))]);

        Assert.All(Enumerable.Range(0, Slot.Count), slot => Assert.Equal(
            keys.Count(key => key.Slot.Number == slot), (slot % 2 == 0 ? traffic.Reads : traffic.Writes)[slot]));
        Assert.Equal(LaneTraffic.HottestMax, traffic.Hottest.Count);
    }

    private static IEnumerable<string> Hottest(LaneTrafficReport report) => report.Hottest.Select(met => met.Key.ToString()).Order();

    private static Key KeyOf(string name) => new(Encoding.UTF8.GetBytes(name));

    private void Meet(string name, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _met.Add(KeyOf(name));
        }
    }
}
