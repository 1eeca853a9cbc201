using System.Globalization;
using KvStore.Tests.Chaos;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>Three nodes become five and three again while clients are at work, with a kill -9 on either way.</summary>
[Collection(nameof(RealProcesses))]
public sealed class ElasticTests
{
    [Fact]
    public async Task A_cluster_grows_and_shrinks_under_load_and_loses_nothing()
    {
        using StringWriter output = new(CultureInfo.InvariantCulture);
        ElasticOptions options = ElasticOptions.ByDefault with { Most = 5, Keys = 2_000, Rate = 50, Quiet = 3 };
        int exitCode = await ElasticCommand.RunAsync(options, output, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, output.ToString());
    }
}
