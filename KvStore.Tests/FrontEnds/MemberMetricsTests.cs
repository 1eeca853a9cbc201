using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using KvStore.Node;
using Xunit;

namespace KvStore.Tests.FrontEnds;

public sealed class MemberMetricsTests
{
    /// <summary>Other nodes may run in this process meanwhile: figures are those that any of them gave.</summary>
    [Fact]
    public async Task A_node_tells_how_full_its_queues_and_its_disk_are()
    {
        ConcurrentDictionary<string, ConcurrentBag<double>> measured = new();
        using MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "KvStore.Node", IsObservable: true })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => measured.GetOrAdd(instrument.Name, _ => []).Add(value));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured.GetOrAdd(instrument.Name, _ => []).Add(value));
        listener.Start();
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Lanes = 3 });
        (await node.SendAsync(HttpMethod.Put, "/kv/a", [1, 2])).Dispose();

        listener.RecordObservableInstruments();

        Assert.Superset(
            new HashSet<string>
            {
                "kvstore.operations.in_flight", "kvstore.lane.inputs", "kvstore.changes.pending", "kvstore.storage.keys",
                "kvstore.storage.tombstones", "kvstore.storage.values", "kvstore.storage.log.waiting", "kvstore.storage.disk",
                "kvstore.gossip.packets", "kvstore.gossip.health", "kvstore.members",
            },
            measured.Keys.ToHashSet());
        Assert.True(measured["kvstore.lane.inputs"].Count >= 3);
        Assert.Contains(measured["kvstore.storage.values"], bytes => bytes >= 3);
        Assert.True(measured["kvstore.storage.disk"].Max() > 0);
    }
}
