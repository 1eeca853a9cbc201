using KvStore.Hosting;
using Xunit;

namespace KvStore.Tests.Integration;

public sealed class ClusterStateTests
{
    [Theory]
    [InlineData("Starting", null, null)]
    [InlineData("Starting", "Starting", null)]
    [InlineData("NotStarted", "NotStarted", "NotStarted")]
    [InlineData("Starting", "NotStarted", "Exited")]
    [InlineData("Waiting", "Waiting", "Starting")]
    [InlineData("Running", "Running", "Exited")]
    [InlineData("Running", "Waiting", "Running")]
    [InlineData("Starting", "Stopping", "Finished")]
    [InlineData("Finished", "Finished", "Finished")]
    [InlineData("Exited", "Finished", "Exited")]
    [InlineData("FailedToStart", "FailedToStart", "Exited")]
    public void A_cluster_runs_while_a_node_does_and_has_ended_when_all_have(string expected, string? one, string? other)
    {
        Assert.Equal(expected, ClusterState.Of([one, other], []));
        Assert.Equal(expected, ClusterState.Of([other, one], ["NotStarted", null]));
    }

    [Theory]
    [InlineData("Running", "Running", "Finished")]
    [InlineData("Running", "Finished", "Running")]
    [InlineData("Exited", "Finished", "Exited")]
    [InlineData("Finished", "Finished", "NotStarted")]
    [InlineData("NotStarted", "NotStarted", "NotStarted")]
    public void A_spare_node_counts_from_its_start_on(string expected, string first, string spare) =>
        Assert.Equal(expected, ClusterState.Of([first], [spare]));
}
