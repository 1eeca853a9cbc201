using KvStore.Tests.ServiceDefaults.Telemetry;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>
/// Three nodes for the tests that leave them as they are; each test has keys of its own. What the nodes trace arrives at
/// <see cref="Telemetry"/>.
/// </summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private OtlpReceiver? _telemetry;
    private RunningCluster? _cluster;

    internal RunningCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

    internal OtlpReceiver Telemetry => _telemetry ?? throw new InvalidOperationException("The receiver has not been started.");

    public async ValueTask InitializeAsync()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        _telemetry = await OtlpReceiver.StartAsync(cancellationToken);
        Dictionary<string, string> environment = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _telemetry.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        };
        _cluster = await RunningCluster.StartAsync(_data.Path, environment, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_telemetry is not null)
        {
            await _telemetry.DisposeAsync();
        }

        _data.Dispose();
    }
}

/// <summary>Runs alone, like <see cref="RealProcesses"/>.</summary>
[CollectionDefinition(nameof(SharedCluster), DisableParallelization = true)]
public sealed class SharedClusterTests : ICollectionFixture<SharedCluster>;
