using KvStore.Client;
using KvStore.Web.Cluster;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class SightMatrixTests
{
    private static readonly ClusterTopology Topology = Topologies.Of(3);

    [Fact]
    public void Rows_look_and_columns_are_looked_at()
    {
        NodeReport observer = Reports.Telling(0, Topology, status => status with
        {
            Peers =
            [
                status.Peers[0] with { Liveness = "alive" },
                status.Peers[1] with { Liveness = "suspect", LivenessFor = TimeSpan.FromSeconds(2) },
            ],
        });

        SightMatrix matrix = SightMatrix.Of(ClusterSnapshot.Of(Reports.Now, [observer, Reports.Answering(1, Topology, cutOffFrom: 2), Reports.Silent(2)]));

        Assert.Equal(["node1", "node2", "node3"], matrix.Members.Select(member => member.Name));
        Assert.Null(matrix.Sights[0][0]);
        Assert.Equal(("good", "alive", TimeSpan.FromMilliseconds(0.3)), (matrix.Sights[0][1]!.Tone, matrix.Sights[0][1]!.Word, matrix.Sights[0][1]!.RoundTrip));
        Assert.Equal(("warn", "suspect"), (matrix.Sights[0][2]!.Tone, matrix.Sights[0][2]!.Word));
        Assert.Equal(("bad", "cut off", "not connected: reset"), (matrix.Sights[1][2]!.Tone, matrix.Sights[1][2]!.Word, matrix.Sights[1][2]!.Detail));
    }

    [Fact]
    public void It_looks_the_same_while_only_times_change()
    {
        SightMatrix healthy = Matrix(status => status);
        SightMatrix later = Matrix(status => status with { Peers = [.. status.Peers.Select(peer => peer with { RoundTrip = TimeSpan.FromSeconds(1) })] });
        SightMatrix suspecting = Matrix(status => status with { Peers = [status.Peers[0] with { Liveness = "suspect" }, status.Peers[1]] });

        Assert.True(healthy.LooksAs(later));
        Assert.False(healthy.LooksAs(suspecting));
        Assert.False(healthy.LooksAs(SightMatrix.Of(ClusterSnapshot.Of(Reports.Now, Reports.Without(Topologies.Of(4))))));
    }

    private static SightMatrix Matrix(Func<MemberStatus, MemberStatus> told) => SightMatrix.Of(
        ClusterSnapshot.Of(Reports.Now, [Reports.Telling(0, Topology, told), Reports.Answering(1, Topology), Reports.Answering(2, Topology)]));

    [Fact]
    public void What_a_member_sees_that_does_not_answer_is_not_known()
    {
        SightMatrix matrix = SightMatrix.Of(ClusterSnapshot.Of(Reports.Now, Reports.Without(Topology, 2)));

        Assert.Equal([SightMatrix.Unknown, SightMatrix.Unknown, null], matrix.Sights[2]);
    }
}
