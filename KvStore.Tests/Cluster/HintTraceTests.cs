using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using KvStore.Tests.ServiceDefaults.Telemetry;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

[Collection(nameof(RealProcesses))]
public sealed class HintTraceTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_node_is_told_when_it_is_back_is_linked_to_the_write_it_missed()
    {
        using TemporaryDirectory data = new();
        await using OtlpReceiver telemetry = await OtlpReceiver.StartAsync(_cancellation);
        Dictionary<string, string> environment = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        };
        await using RunningCluster cluster = await RunningCluster.StartAsync(data.Path, environment, _cancellation);
        await cluster.KillAsync("node3", _cancellation);

        string traceId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using HttpRequestMessage request = new(HttpMethod.Put, "/kv/missed") { Content = new ByteArrayContent([1]) };
        request.Headers.Add("traceparent", $"00-{traceId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}-01");
        using HttpResponseMessage put = await cluster.Http("node1").SendAsync(request, _cancellation);
        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        await cluster.StartNodeAsync("node3", RunningCluster.Nodes, _cancellation);

        await Eventually.IsAsync(
            "a replayed hint that is linked to the put",
            true,
            _ => Task.FromResult(ReceivedTrace.Linked(telemetry, traceId).Any(line => line.EndsWith("Client: replay hint node3", StringComparison.Ordinal))),
            _cancellation);
    }
}
