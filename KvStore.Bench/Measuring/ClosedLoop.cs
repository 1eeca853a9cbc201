using System.Diagnostics;

namespace KvStore.Bench.Measuring;

/// <summary>
/// Callers that each make one call after the other, without a pause. What is slow is called less often, so a percentile says
/// how long callers waited, not how long a request of somebody independent would have.
/// </summary>
internal static class ClosedLoop
{
    /// <param name="callers">Calls in flight at any time.</param>
    /// <param name="time">No call begins after it.</param>
    /// <param name="call">Makes one call for the caller with this number; false if it failed.</param>
    /// <param name="prepare">Done before each call, untimed; a failure of it is one of the call.</param>
    public static async Task<Measurement> RunAsync(
        int callers, TimeSpan time, Func<int, Task<bool>> call, CancellationToken cancellationToken, Func<int, Task<bool>>? prepare = null)
    {
        long begun = Stopwatch.GetTimestamp();
        (Latencies Latencies, long Failures)[] parts = await Task.WhenAll(Enumerable.Range(0, callers)
            .Select(caller => Task.Run(() => CallAsync(caller, begun, time, call, prepare, cancellationToken), cancellationToken)));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);

        Latencies all = new();
        foreach ((Latencies latencies, _) in parts)
        {
            all.Add(latencies);
        }

        return Measurement.Of(all, elapsed, parts.Sum(part => part.Failures));
    }

    private static async Task<(Latencies Latencies, long Failures)> CallAsync(
        int caller, long begun, TimeSpan time, Func<int, Task<bool>> call, Func<int, Task<bool>>? prepare, CancellationToken cancellationToken)
    {
        Latencies latencies = new();
        long failures = 0;
        long before = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun, before) < time)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool succeeded = true;
            if (prepare is not null)
            {
                succeeded = await prepare(caller);
                before = Stopwatch.GetTimestamp();
            }

            succeeded &= await call(caller);
            long after = Stopwatch.GetTimestamp();
            if (succeeded)
            {
                latencies.Add(Stopwatch.GetElapsedTime(before, after));
            }
            else
            {
                failures++;
            }

            before = after;
        }

        return (latencies, failures);
    }
}
