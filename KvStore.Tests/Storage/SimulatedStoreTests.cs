using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;
using static KvStore.Tests.Storage.StoreHarness;

namespace KvStore.Tests.Storage;

public sealed class SimulatedStoreTests : StoreConformance
{
    [Fact]
    public async Task After_a_failed_commit_nothing_is_durable_and_reads_go_on()
    {
        await using SimulatedStoreHarness harness = new(diskReadRate: 0);
        harness.Write(KeyOf("a"), Value(1));
        StoreFailure failure = new(IsDiskFull: false, "the disk is gone");
        harness.Disk.FailureAtNextCommit = failure;

        harness.Append(StoreEntry.Of(KeyOf("b"), Value(2)));
        harness.WaitFor(() => harness.Failures.Count > 0, "the failure");
        long lsn = harness.Append(StoreEntry.Of(KeyOf("c"), Value(3)));

        Assert.Equal(3, lsn);
        Assert.Equal([failure], harness.Failures);
        Assert.Equal((1L, failure), (harness.Durable, harness.Store.Status.Failure));
        Assert.Equal(Encoded(Value(1)), Encoded(harness.Read(KeyOf("a"))));
        await harness.CrashAsync();
        Assert.InRange(harness.Store.Contents.DurableLsn, 1, 2);
    }

    [Fact]
    public async Task A_crash_reports_nothing_more_and_keeps_some_prefix_of_what_was_not_synced()
    {
        HashSet<long> kept = [];
        for (int i = 0; i < 50; i++)
        {
            await using SimulatedStoreHarness harness = new(diskReadRate: 0);
            for (int burnt = 0; burnt < i; burnt++)
            {
                harness.Write(KeyOf("a"), Value(1));
            }

            harness.Append([.. Enumerable.Range(0, 10).Select(n => StoreEntry.Of(KeyOf(n), Value(n)))]);
            await harness.CrashAsync();
            kept.Add(harness.Store.Contents.DurableLsn - i);
            harness.WaitFor(() => true, "nothing");
        }

        Assert.All(kept, count => Assert.InRange(count, 0, 10));
        Assert.Contains(kept, count => count is > 0 and < 10);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_run()
    {
        Assert.Equal(await TraceAsync(), await TraceAsync());

        static async Task<string> TraceAsync()
        {
            await using SimulatedStoreHarness harness = new(diskReadRate: 0.5);
            List<string> trace = [];
            for (int i = 0; i < 100; i++)
            {
                Key key = KeyOf(i % 7);
                harness.Write(key, Value(i));
                trace.Add($"{harness.Store.TryRead(LaneOf(key), key, out _)} {harness.Store.Status.Commits}");
            }

            return string.Join('\n', trace);
        }
    }

    private protected override StoreHarness OpenStore(bool readsFromDisk = false) => new SimulatedStoreHarness(readsFromDisk ? 0.3 : 0);

    private protected override StoreHarness OpenStoreForLargeValues() => new SimulatedStoreHarness(0);
}
