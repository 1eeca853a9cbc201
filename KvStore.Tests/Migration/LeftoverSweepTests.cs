using KvStore.Node.Coordination;
using KvStore.Node.Migration;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;
using KvStore.Tests.Cluster;
using KvStore.Tests.Coordination;
using KvStore.Tests.Peers;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.Migration;

/// <summary>The pace of a sweep whose removals are all refused, so that it never comes to an end by itself.</summary>
public sealed class LeftoverSweepTests
{
    private const int Keys = 2_000;
    private const long Enough = 1L << 40;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();
    private int _looks;
    private int _removals;

    [Fact]
    public async Task It_ends_after_a_page_while_owners_change()
    {
        await using StoreHarness harness = Filled();
        LeftoverSweep sweep = SweepAt(new Topologies(JointTopology.Of([1, 2, 3], [2, 3, 4])), harness, static () => { });
        Assert.False(await sweep.ClearAsync(AllSlots, Pace, _cancellation).WaitAsync(Eventually.Deadline, _cancellation));
        Assert.InRange(_removals, 1, Keys / 2);
    }

    [Fact]
    public Task It_goes_on_while_they_do_not() => GoesOnAsync(Owners.Topology(5, 3), (sweep, enough) => sweep.ClearAsync(AllSlots, Pace, enough));

    [Fact]
    public Task It_goes_on_while_they_change_where_somebody_waits_for_it() =>
        GoesOnAsync(JointTopology.Of([1, 2, 3], [2, 3, 4]), (sweep, enough) => sweep.ClearAsync(AllSlots, enough));

    [Fact]
    public async Task It_does_not_pay_to_the_end_once_owners_change()
    {
        await using StoreHarness harness = Filled();
        Topologies topologies = new(Owners.Topology(5, 3));
        Task<bool> clearing = SweepAt(topologies, harness, static () => { }).ClearAsync(AllSlots, PaceWithoutEnd, _cancellation);
        await PaysAsync();
        topologies.Publish(new TopologySnapshot(JointTopology.Of([1, 2, 3], [2, 3, 4]).Document with { Epoch = new(2) }));
        await Eventually.IsAsync("it ends", true, _ => IsAfterAWhileAsync(() => clearing.IsCompleted), _cancellation);
        Assert.False(await clearing);
    }

    [Fact]
    public async Task It_does_not_pay_any_more_once_somebody_waits_for_it()
    {
        await using StoreHarness harness = Filled();
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        LeftoverSweep sweep = SweepAt(new Topologies(Owners.Topology(5, 3)), harness, static () => { });
        Task clearing = sweep.ClearAsync(AllSlots, PaceWithoutEnd, enough.Token);
        await PaysAsync();
        Task hurrying = sweep.ClearAsync(AllSlots, enough.Token);
        await Eventually.IsAsync("it goes on", true, _ => IsAfterAWhileAsync(() => Volatile.Read(ref _removals) > Keys), _cancellation);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clearing);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hurrying);
    }

    /// <summary>The first page is paid for, and would be for years.</summary>
    private Task PaysAsync() => Eventually.IsAsync("the first page is paid for", true, _ => IsAfterAWhileAsync(() => Volatile.Read(ref _looks) > 0), _cancellation);

    private Task<bool> IsAfterAWhileAsync(Func<bool> holds)
    {
        _time.Advance(TransferPace.LookInterval);
        return Task.FromResult(holds());
    }

    private async Task GoesOnAsync(TopologySnapshot topology, Func<LeftoverSweep, CancellationToken, Task> clear)
    {
        await using StoreHarness harness = Filled();
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        LeftoverSweep sweep = SweepAt(new Topologies(topology), harness, () =>
        {
            if (_removals > Keys)
            {
                enough.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clear(sweep, enough.Token).WaitAsync(Eventually.Deadline, _cancellation));
        Assert.True(_removals > Keys);
    }

    private static IReadOnlyList<Slot> AllSlots => [.. Enumerable.Range(0, Slot.Count).Select(number => new Slot(number))];

    private TransferPace PaceWithoutEnd => new(
        _ =>
        {
            Interlocked.Increment(ref _looks);
            return 0;
        },
        _time,
        TransferSettings.Default with { BytesPerSecondMax = 1 });

    private static TransferPace Pace => new(static _ => 0, TimeProvider.System, TransferSettings.Default with { BytesPerSecondMax = Enough });

    private static StoreHarness Filled()
    {
        StoreHarness harness = StoreHarness.Open(StoreKind.Faster);
        harness.WriteAll(Enumerable.Range(0, Keys).Select(i => (StoreHarness.KeyOf(i), StoreHarness.Value(i))));
        return harness;
    }

    private LeftoverSweep SweepAt(Topologies topologies, StoreHarness harness, Action removed) => new(
        Owners.Member(5).Id,
        harness.Store,
        topologies,
        (_, removal) =>
        {
            _removals++;
            removal.Refuse();
            removed();
        },
        ProtocolSettings.Sound);
}
