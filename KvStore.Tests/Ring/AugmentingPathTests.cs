using KvStore.Node.Ring;
using Xunit;

namespace KvStore.Tests.Ring;

public sealed class AugmentingPathTests
{
    private const ushort Nobody = AugmentingPath.Nobody;

    [Fact]
    public void Room_is_found_at_the_end_of_a_chain()
    {
        // Slot 3 wants 0, which is full; slot 0 can give it up for 1, which is full; slot 1 can give that up for 2.
        int[][] wants = [[0, 1], [1, 2], [2], [0]];
        ushort[] places = [0, 1, Nobody, Nobody];
        int[] loads = [1, 1, 0];
        var path = Path(wants, places, loads, bound: 1);

        Assert.Equal((ushort)0, path.MakeRoomFor(3));
        Assert.Equal([1, 2, Nobody, Nobody], places);
        Assert.Equal([0, 1, 1], loads);
    }

    [Fact]
    public void Without_a_chain_nothing_changes()
    {
        int[][] wants = [[0], [1], [0]];
        ushort[] places = [0, 1, Nobody];
        int[] loads = [1, 1];
        Assert.Null(Path(wants, places, loads, bound: 1).MakeRoomFor(2));
        Assert.Equal([0, 1, Nobody], places);
        Assert.Equal([1, 1], loads);
    }

    [Fact]
    public void As_many_slots_are_served_as_any_assignment_could()
    {
        var random = new Random(5);
        var full = 0;
        var partial = 0;
        for (var round = 0; round < 500; round++)
        {
            var members = random.Next(1, 5);
            var slots = random.Next(1, 8);
            var bound = random.Next(1, 4);
            var wants = Enumerable.Range(0, slots)
                .Select(_ => Enumerable.Range(0, members).Where(_ => random.Next(3) == 0).ToArray()).ToArray();
            var places = new ushort[slots];
            Array.Fill(places, Nobody);
            var loads = new int[members];
            var path = Path(wants, places, loads, bound);
            var served = 0;
            for (var slot = 0; slot < slots; slot++)
            {
                if (path.MakeRoomFor(slot) is { } member)
                {
                    places[slot] = member;
                    loads[member]++;
                    served++;
                }
            }

            var best = Best(wants, 0, new int[members], bound);
            Assert.Equal(best, served);
            Assert.All(loads, load => Assert.InRange(load, 0, bound));
            full += served == slots ? 1 : 0;
            partial += served < slots ? 1 : 0;
        }

        Assert.True(full > 50 && partial > 50, $"{full} rounds served all, {partial} could not");
    }

    private static AugmentingPath Path(int[][] wants, ushort[] places, int[] loads, int bound)
    {
        var bounds = new int[loads.Length];
        Array.Fill(bounds, bound);
        return new AugmentingPath(places, 1, loads, bounds, (slot, _, joining) => places[slot] != joining && wants[slot].Contains(joining));
    }

    private static int Best(int[][] wants, int slot, int[] loads, int bound)
    {
        if (slot == wants.Length)
        {
            return 0;
        }

        var best = Best(wants, slot + 1, loads, bound);
        foreach (var member in wants[slot].Where(member => loads[member] < bound))
        {
            loads[member]++;
            best = Math.Max(best, 1 + Best(wants, slot + 1, loads, bound));
            loads[member]--;
        }

        return best;
    }
}
