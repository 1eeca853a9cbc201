using System.Diagnostics;
using KvStore.Bench.Measuring;

namespace KvStore.Bench.Stores;

/// <summary>
/// Writers that each write one record, wait until it is durable and applied, and write the next. All of them live where a
/// lane lives, on the thread that reports durability, so that what is measured is the store and not the waking of threads.
/// </summary>
internal sealed class WritersLoop : IDisposable
{
    private readonly StoreDriver _driver;
    private readonly TimeSpan _time;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly Latencies _latencies = new();
    private readonly ManualResetEventSlim _done = new();
    private readonly Queue<(long Lsn, long Since)> _waiting = [];
    private readonly object _gate = new();
    private int _turn;

    private WritersLoop(StoreDriver driver, TimeSpan time)
    {
        _driver = driver;
        _time = time;
    }

    /// <summary>Commits a second are in <paramref name="commits"/>; writes a second are the measurement's.</summary>
    public static Measurement Run(StoreDriver driver, int writers, TimeSpan time, out double commits)
    {
        using WritersLoop loop = new(driver, time);
        long before = driver.Store.Status.Commits;
        driver.Applied = loop.OnApplied;
        lock (loop._gate)
        {
            loop.Write(writers);
        }

        loop._done.Wait();
        driver.Applied = null;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(loop._begun);
        commits = (driver.Store.Status.Commits - before) / elapsed.TotalSeconds;
        return Measurement.Of(loop._latencies, elapsed, failures: 0);
    }

    public void Dispose() => _done.Dispose();

    private void Write(int count)
    {
        int[] keys = new int[count];
        long now = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            keys[i] = _turn++ % _driver.Keys;
        }

        long last = _driver.Append(keys);
        for (int i = 0; i < count; i++)
        {
            _waiting.Enqueue((last - count + 1 + i, now));
        }
    }

    private void OnApplied(long lsn)
    {
        lock (_gate)
        {
            int answered = 0;
            while (_waiting.TryPeek(out (long Lsn, long Since) next) && next.Lsn <= lsn)
            {
                _waiting.Dequeue();
                _latencies.Add(Stopwatch.GetElapsedTime(next.Since));
                answered++;
            }

            if (answered > 0 && Stopwatch.GetElapsedTime(_begun) < _time)
            {
                Write(answered);
            }
            else if (_waiting.Count == 0)
            {
                _done.Set();
            }
        }
    }
}
