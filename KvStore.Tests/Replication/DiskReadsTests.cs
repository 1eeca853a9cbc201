using System.Diagnostics;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Tests.Coordination;
using Xunit;

namespace KvStore.Tests.Replication;

public sealed class DiskReadsTests
{
    [Fact]
    public void A_read_of_the_disk_is_a_span_below_who_asked_for_it()
    {
        ActivityContext asker = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        using LinkedSpans spans = new(asker.TraceId);
        Queue<Action> scheduled = new();
        SimulatedStore store = new(
            new SimulatedDisk(Owners.Topology(1, 1).Document.Cluster, Owners.Member(1).Id), scheduled.Enqueue, new Random(1), diskReadRate: 1);
        DiskReads reads = new(0, store);
        List<Key> read = [];
        store.Start(new StoreEvents(_ => { }, _ => { }, (_, token, _) => read.Add(reads.End(token))));

        reads.Begin(new Key("traced"u8.ToArray()), asker);
        reads.Begin(new Key("untraced"u8.ToArray()), default);
        Assert.Empty(spans.Ended);
        while (scheduled.TryDequeue(out Action? completion))
        {
            completion();
        }

        Assert.Equal([new Key("traced"u8.ToArray()), new Key("untraced"u8.ToArray())], read);
        Activity span = Assert.Single(spans.Ended);
        Assert.Equal(("read disk", asker.SpanId), (span.DisplayName, span.ParentSpanId));
    }
}
