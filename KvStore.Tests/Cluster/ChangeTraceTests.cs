using KvStore.Tests.ServiceDefaults.Telemetry;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Cluster;

[Collection(nameof(RealProcesses))]
public sealed class ChangeTraceTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_joins_and_one_that_dies_leave_traces_of_their_own()
    {
        using TemporaryDirectory data = new();
        await using OtlpReceiver telemetry = await OtlpReceiver.StartAsync(_cancellation);
        Dictionary<string, string> environment = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        };
        await using RunningCluster cluster = await RunningCluster.StartAsync(data.Path, environment, _cancellation, spares: 1);
        await cluster.StartNodeAsync("node4", [.. RunningCluster.Nodes, "node4"], _cancellation);

        await Eventually.IsAsync("one trace of the change that let node4 in", "", _ => Task.FromResult(Lacking(telemetry)), _cancellation);

        await cluster.KillAsync("node3", _cancellation);
        await Eventually.IsAsync(
            "a trace of the gossip that told of node3",
            true,
            _ => Task.FromResult(ReceivedTrace.Named(telemetry, "gossip from").Any(line => line.StartsWith("node1 Server: ", StringComparison.Ordinal)
                || line.StartsWith("node2 Server: ", StringComparison.Ordinal)
                || line.StartsWith("node4 Server: ", StringComparison.Ordinal))),
            _cancellation);
    }

    /// <summary>What the trace of the change in which node4 took over slots does not hold, of what it must.</summary>
    private static string Lacking(OtlpReceiver telemetry)
    {
        if (ReceivedTrace.IdsWith(telemetry, "node4 Internal: take over slots") is not [string traceId])
        {
            return "a take-over by node4, and only one";
        }

        string told = ReceivedTrace.Find(telemetry, traceId).Describe(rootId: "");
        string[] expected =
        [
            "Internal: propose epoch ", "Internal: vote for epoch ",
            .. RunningCluster.Nodes.Append("node4").Select(node => $"{node} Internal: enter epoch "),
            "\n  node4 Client: compare slots node", "Server: replica SlotDigests",
        ];
        return string.Join(", ", expected.Where(line => !told.Contains(line, StringComparison.Ordinal)));
    }
}
