using Xunit;

namespace KvStore.Tests.Peers;

/// <summary>Things that happened on other threads, and a way to wait for them.</summary>
internal sealed class Recorded<T>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<T> _items = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_lock)
            {
                return [.. _items];
            }
        }
    }

    public void Add(T item)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _items.Add(item);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    /// <param name="phase">What is waited for, for the message of a failure.</param>
    public async Task<IReadOnlyList<T>> Until(Func<IReadOnlyList<T>, bool> holds, string phase)
    {
        DateTimeOffset deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            Task changed;
            IReadOnlyList<T> items;
            lock (_lock)
            {
                changed = _changed.Task;
                items = [.. _items];
            }

            if (holds(items))
            {
                return items;
            }

            TimeSpan left = deadline - TimeProvider.System.GetUtcNow();
            try
            {
                await changed.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Waited {Patience.TotalSeconds:0} s until {phase}; got {items.Count}: {string.Join(", ", items.TakeLast(10))}");
            }
        }
    }
}
