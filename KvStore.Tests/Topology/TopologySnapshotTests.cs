using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Coordination;

namespace KvStore.Tests.Topology;

public sealed class TopologySnapshotTests
{
    [Fact]
    public void Through_a_change_each_table_is_computed_once_and_is_what_it_would_be_anyway()
    {
        TopologySnapshot first = Owners.Topology(3, 3);
        TopologyDocument joint = Succession.Begin(new TopologyChain([first.Document]), [Owners.Member(4)], []);
        TopologySnapshot second = TopologySnapshot.After(first, joint);
        TopologySnapshot third = TopologySnapshot.After(second, Succession.Complete(joint));

        Assert.Same(first.Slots, second.Slots);
        Assert.Same(second.Groups.Next, third.Slots);
        Assert.Equal(new TopologySnapshot(joint).Groups.Next!.Digest, third.Slots.Digest);
        Assert.Same(second.Slots, TopologySnapshot.After(second, Succession.Abandon(joint)).Slots);
    }

    [Fact]
    public void Another_replication_or_zone_is_another_table()
    {
        TopologySnapshot first = Owners.Topology(4, 3);
        TopologyDocument document = first.Document;
        Assert.Equal(2, TopologySnapshot.After(first, document with { Replication = 2 }).Slots.OwnersPerSlot);
        TopologySnapshot zoned = TopologySnapshot.After(first, document with { Members = [.. document.Members.Select(member => member with { Zone = $"zone {member.Ordinal % 2}" })] });
        Assert.Equal(["zone 0", "zone 1"], zoned.Slots.Members.Select(member => member.Zone).Distinct().Order());
    }
}
