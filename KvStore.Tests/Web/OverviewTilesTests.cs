using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Overview;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class OverviewTilesTests
{
    private static readonly ClusterTopology Topology = Topologies.Of(3);

    [Fact]
    public void A_cluster_at_rest_has_nothing_to_be_watched()
    {
        ClusterSnapshot snapshot = Snapshot(status => status);

        Assert.All(OverviewTiles.Of(snapshot), tile => Assert.True(tile.Tone is TileTone.Good or TileTone.Plain, $"{tile.Name} is {tile.Tone}: {tile.Value}"));
        Assert.Equal("every replica has what it should", Tile(snapshot, "Hints waiting").Detail);
    }

    [Fact]
    public void Hints_are_amber_and_say_for_whom()
    {
        ClusterSnapshot snapshot = Snapshot(status => status.Name == "node1"
            ? status with { Peers = [status.Peers[0] with { Hints = 12, HintBytes = 2048, HintAge = TimeSpan.FromSeconds(7) }, status.Peers[1]] }
            : status);

        Tile tile = Tile(snapshot, "Hints waiting");
        Assert.Equal(("12", TileTone.Warn, "for node2, 2.00 KiB, oldest 7 s"), (tile.Value, tile.Tone, tile.Detail));
    }

    [Theory]
    [InlineData(1000, 0, "Good")]
    [InlineData(1000, 1, "Warn")]
    [InlineData(1000, 9, "Warn")]
    [InlineData(1000, 10, "Bad")]
    [InlineData(0, 1, "Bad")]
    public void Failures_are_red_from_one_in_a_hundred(long reads, long failures, string tone)
    {
        NodeReport report = (Reports.Unasked(0) with { Topology = Topology })
            .Told(Reports.Status(0, 3), TimeSpan.Zero)
            .Told(Reports.Status(0, 3) with { Reads = reads, Failures = failures }, TimeSpan.FromSeconds(1));

        Assert.Equal(tone, Tile(ClusterSnapshot.Of(Reports.Now, [report]), "Failures/s").Tone.ToString());
    }

    [Theory]
    [InlineData(5, "Good")]
    [InlineData(150, "Warn")]
    [InlineData(1500, "Bad")]
    public void Latency_is_judged_by_the_slowest_of_a_hundred(double milliseconds, string tone)
    {
        NodeReport report = (Reports.Unasked(0) with { Topology = Topology })
            .Told(Reports.Status(0, 3), TimeSpan.Zero)
            .Told(Reports.Status(0, 3) with { WriteLatency = Latencies.Of((90, 1), (10, milliseconds)) }, TimeSpan.FromSeconds(1));

        Assert.Equal(tone, Tile(ClusterSnapshot.Of(Reports.Now, [report]), "p99").Tone.ToString());
    }

    [Theory]
    [InlineData(10, 100, "Plain")]
    [InlineData(10_000, 10_100, "Good")]
    [InlineData(10_000, 20_000, "Warn")]
    [InlineData(1_000, 100_000, "Bad")]
    public void Imbalance_is_not_judged_by_a_few_keys(long keys, long most, string tone)
    {
        ClusterSnapshot snapshot = Snapshot(status => status with { Keys = status.Name == "node1" ? most : keys });

        Assert.Equal(tone, Tile(snapshot, "Imbalance").Tone.ToString());
    }

    [Fact]
    public void A_member_behind_is_told_by_name()
    {
        ClusterSnapshot snapshot = Snapshot(status => status with { Epoch = status.Name == "node2" ? 0 : 1 });

        Assert.Equal(("1", "node2 behind", TileTone.Warn), (Tile(snapshot, "Epoch").Value, Tile(snapshot, "Epoch").Detail, Tile(snapshot, "Epoch").Tone));
    }

    [Fact]
    public void Transfers_tell_speed_slots_to_come_and_the_time_left()
    {
        ClusterSnapshot snapshot = Snapshot(status => status.Name == "node3"
            ? status with
            {
                Migration = new MigrationStatus { IsMoving = true, Slots = 100, SlotsComplete = 40, BytesPerSecond = 1024, Left = TimeSpan.FromSeconds(9) },
            }
            : status);

        Tile tile = Tile(snapshot, "Transfers");
        Assert.Equal(("1.00 KiB/s", "60 slots to come, about 9 s left", TileTone.Warn), (tile.Value, tile.Detail, tile.Tone));
    }

    private static Tile Tile(ClusterSnapshot snapshot, string name) => OverviewTiles.Of(snapshot).Single(tile => tile.Name == name);

    private static ClusterSnapshot Snapshot(Func<MemberStatus, MemberStatus> told) => ClusterSnapshot.Of(
        Reports.Now, [.. Enumerable.Range(0, 3).Select(ordinal => Reports.Telling(ordinal, Topology, told))]);
}
