using KvStore.Node.Ring;
using KvStore.Node.Storage;
using Xunit;

namespace KvStore.Tests.Storage;

/// <summary>The simulated store, its completions run in an order that a seed chooses.</summary>
internal sealed class SimulatedStoreHarness : StoreHarness
{
    private readonly SimulatedDisk _disk = new(new ClusterId(Guid.Parse("1c000000-0000-0000-0000-000000000001")), new MemberId(Guid.Parse("2c000000-0000-0000-0000-000000000001")));
    private readonly List<Action> _scheduled = [];
    private readonly Random _random = new(1);
    private readonly double _diskReadRate;

    private SimulatedStore _store;

    public SimulatedStoreHarness(double diskReadRate)
    {
        _diskReadRate = diskReadRate;
        _store = Open();
    }

    public SimulatedDisk Disk => _disk;

    public override IStore Store => _store;

    public override async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = Open();
    }

    public override Task CrashAsync()
    {
        _store.CutPower();
        _store = Open();
        return Task.CompletedTask;
    }

    public override void WaitFor(Func<bool> condition, string what)
    {
        while (!condition())
        {
            Assert.True(_scheduled.Count > 0, $"Nothing is scheduled and {what} is still waited for.");
            int next = _random.Next(_scheduled.Count);
            Action completion = _scheduled[next];
            _scheduled.RemoveAt(next);
            completion();
        }
    }

    public override void WaitUntil(Func<bool> condition, string what) => WaitFor(condition, what);

    public override void WaitForTask(Task task) => WaitFor(() => task.IsCompleted, "the task");

    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    private SimulatedStore Open()
    {
        SimulatedStore store = new(_disk, _scheduled.Add, _random, _diskReadRate);
        ForgetAppended();
        store.Start(Events());
        Durable = store.Contents.DurableLsn;
        return store;
    }
}
