using KvStore.Web.Cluster;
using KvStore.Web.Faults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class FaultOperationsTests
{
    [Fact]
    public async Task Without_the_setting_nobody_is_asked_and_the_setting_is_named()
    {
        FaultPlan plan = FaultPlan.Of(new FaultChoice(FaultAction.Kill, ["node1"], []), ["node1"]);

        FaultOperations operations = Configured(null);
        Assert.False(operations.IsAllowed);
        Assert.Equal(["KvStore:AllowFaults is not true for this page."], await operations.RunAsync(plan));
        Assert.Equal("KvStore:AllowFaults is not true for this page.", await operations.EndAsync("node1", id: null));
    }

    [Fact]
    public async Task Who_is_not_known_cannot_be_harmed()
    {
        FaultOperations operations = Configured("true");
        Assert.True(operations.IsAllowed);
        Assert.Equal("It is not known where node1 can be asked.", await operations.EndAsync("node1", id: 1));
    }

    [Fact]
    public void The_setting_is_true_or_false()
    {
        Assert.False(Configured("false").IsAllowed);
        Assert.Equal("KvStore:AllowFaults: 'yes' must be true or false.", Assert.Throws<InvalidOperationException>(() => Configured("yes")).Message);
    }

    private static FaultOperations Configured(string? setting)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new KeyValuePair<string, string?>(FaultOperations.Key, setting)]).Build();
        ClusterWatch watch = new(configuration, TimeProvider.System, NullLogger<ClusterWatch>.Instance);
        return new FaultOperations(new NodeClients(watch), watch, configuration, NullLogger<FaultOperations>.Instance);
    }
}
