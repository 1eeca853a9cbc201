using KvStore.Node.Coordination;
using KvStore.Node.Migration;
using KvStore.Node.Peers;
using KvStore.Node.Registers;
using KvStore.Node.Replication;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;
using KvStore.Tests.Cluster;
using KvStore.Tests.Coordination;
using KvStore.Tests.Peers;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Migration;

public sealed class SlotPagesTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>At a byte a second the page would be paid for for years: others wait for who pays, and the next change does not.</summary>
    [Fact]
    public async Task Who_pays_for_a_page_goes_on_until_the_change_is_over()
    {
        ManualTime time = new();
        await using StoreHarness harness = StoreHarness.Open(StoreKind.Simulated);
        TopologySnapshot joint = JointTopology.Of([1, 2, 3], [2, 3, 4]);
        Topologies topologies = new(joint);
        (int looks, int taken) = (0, 0);
        CompleteSlots complete = new(harness.Store.Contents);
        BulkCalls? calls = null;
        calls = new BulkCalls(Answer, time);
        SlotPages pages = new(
            topologies,
            calls,
            new TransferPace(Look, time, TransferSettings.Default with { BytesPerSecondMax = 1 }),
            new TransferProgress(complete, time),
            new TransferTrace(),
            ProtocolSettings.Sound);
        Task<bool> reading = pages.ReadAsync(joint, Owners.Member(1).Id, PeerRequestKind.Pull, [0], (_, _) => Task.FromResult(++taken), _cancellation);
        await Eventually.IsAsync("it pays", true, async _ => !await IsAfterAWhileAsync() && Volatile.Read(ref looks) > 0, _cancellation);
        long before = complete.Taken;
        await Eventually.IsAsync("others see that it goes on", true, async _ => !await IsAfterAWhileAsync() && complete.Taken > before, _cancellation);

        topologies.Publish(new TopologySnapshot(Succession.Complete(joint.Document)));
        await Eventually.IsAsync("it ends", true, _ => IsAfterAWhileAsync(), _cancellation);
        Assert.False(await reading);
        Assert.Equal(0, taken);

        double Look(MemberId source)
        {
            Interlocked.Increment(ref looks);
            return 0;
        }

        Task<bool> IsAfterAWhileAsync()
        {
            time.Advance(TransferPace.LookInterval);
            return Task.FromResult(reading.IsCompleted);
        }

        bool Answer(MemberId to, LinkClass linkClass, in PeerRequest request)
        {
            StorePage page = new([StorePageEntry.Of(StoreHarness.KeyOf(1), StoreHarness.Value(1), withValue: true)], Complete: true);
            calls!.OnReply(new PeerReply(PeerReplyKind.Page, request.Id, joint.Epoch, Page: page, Next: PassCursor.Start));
            return true;
        }
    }
}
