using System.Collections.Concurrent;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Threads of their own for what goes through the data log. A page of a pass takes as long as the records before it take to be passed over,
/// a good part of a second of a large log; of the pool's threads there may be no more than processors, and they have lanes to run.
/// </summary>
internal sealed class PageThreads : IDisposable
{
    private readonly BlockingCollection<Task> _pages = [];
    private readonly Thread[] _threads;

    /// <param name="count">Pages read at once; what comes beyond them waits, so who asks keeps to as many.</param>
    public PageThreads(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Run) { Name = $"kv-store-page-{i}", IsBackground = true })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <returns>Ends as the page does. What awaits it goes on elsewhere.</returns>
    public Task<T> RunAsync<T>(Func<T> page)
    {
        Task<T> reading = new(page, TaskCreationOptions.RunContinuationsAsynchronously);
        _pages.Add(reading);
        return reading;
    }

    /// <summary>Call when no page is being read.</summary>
    public void Dispose()
    {
        _pages.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _pages.Dispose();
    }

    private void Run()
    {
        foreach (Task page in _pages.GetConsumingEnumerable())
        {
            page.RunSynchronously(TaskScheduler.Default);
        }
    }
}
