using KvStore.Client;
using KvStore.Web.Slots;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class SlotMapTests
{
    [Fact]
    public void Replicas_of_a_slot_count_once_and_operations_of_all_members_together()
    {
        SlotSample one = SlotSample.First(Slots("node1", boot: 1, keys: 5, reads: 100, writes: 10), At(0)).Next(Slots("node1", 1, keys: 6, reads: 130, writes: 14), At(2));
        SlotSample other = SlotSample.First(Slots("node2", boot: 1, keys: 5, reads: 7, writes: 0), At(0)).Next(Slots("node2", 1, keys: 5, reads: 9, writes: 2), At(2));

        SlotMap map = SlotMap.Of([one, other], ["node3"]);

        Assert.Equal((6.0, 60.0, 16.0, 3.0), (map.Keys[7], map.Bytes[7], map.Reads[7], map.Writes[7]));
        Assert.Equal((6.0, 16.0), (map.Keys.Sum(), map.Reads.Sum()));
        Assert.Equal(("node1 node2", "node3"), (string.Join(' ', map.Told), string.Join(' ', map.Silent)));
    }

    [Fact]
    public void What_a_member_counted_before_its_restart_has_nothing_to_do_with_what_it_counts_now()
    {
        SlotSample sample = SlotSample.First(Slots("node1", boot: 1, keys: 5, reads: 100, writes: 10), At(0))
            .Next(Slots("node1", boot: 2, keys: 5, reads: 3, writes: 0), At(2));
        Assert.Equal(0, SlotMap.Of([sample], []).Reads[7]);

        sample = sample.Next(Slots("node1", boot: 2, keys: 5, reads: 7, writes: 0), At(4));
        Assert.Equal(2, SlotMap.Of([sample], []).Reads[7]);
    }

    [Fact]
    public void A_key_asked_for_through_several_members_is_as_hot_as_all_of_them_say()
    {
        HotKey[] first = [new("a", 7, 40, 40, TimeSpan.FromSeconds(4)), new("b", 8, 60, 20, TimeSpan.FromSeconds(4))];
        HotKey[] second = [new("a", 7, 30, 30, TimeSpan.FromSeconds(10))];

        SlotMap map = SlotMap.Of([SlotSample.First(Slots("node1", 1, hottest: first), At(0)), SlotSample.First(Slots("node2", 1, hottest: second), At(0))], []);

        Assert.Equal([new HotKeyRate("a", 7, 13, 13), new HotKeyRate("b", 8, 5, 15)], map.Hottest);
    }

    [Fact]
    public void The_rows_of_the_square_add_up_to_it()
    {
        SlotMap map = SlotMap.Of([SlotSample.First(Slots("node1", 1, keys: 5), At(0))], []);

        SlotRow row = map.Rows(SlotMeasure.Keys)[0];

        Assert.Equal(new SlotRow(0, 127, Keys: 5, Bytes: 50, Reads: 0, Writes: 0, Busiest: 7), row);
        Assert.Equal(SlotSquare.Side, map.Rows(SlotMeasure.Keys).Length);
        Assert.Equal(5, map.Rows(SlotMeasure.Bytes).Sum(each => each.Keys));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>Everything is in slot 7.</summary>
    private static MemberSlots Slots(string name, long boot, long keys = 0, long reads = 0, long writes = 0, params HotKey[] hottest) => new()
    {
        Id = name,
        Name = name,
        Epoch = 1,
        BootCount = boot,
        Keys = Only(keys),
        Tombstones = Only(0),
        ValueBytes = Only(keys * 10),
        Reads = Only(reads),
        Writes = Only(writes),
        Hottest = [.. hottest],
    };

    private static System.Collections.Immutable.ImmutableArray<long> Only(long figure) =>
        [.. Enumerable.Range(0, SlotSquare.Count).Select(slot => slot == 7 ? figure : 0)];
}
