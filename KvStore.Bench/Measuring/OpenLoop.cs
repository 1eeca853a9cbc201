using System.Diagnostics;

namespace KvStore.Bench.Measuring;

/// <summary>
/// Calls that begin at a steady rate, whether earlier ones were answered or not, as those of independent callers do: an overload
/// does not slow them down.
/// </summary>
internal static class OpenLoop
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    /// <param name="rate">Calls that begin in a second.</param>
    /// <param name="call">Makes the call of this number; false if it failed.</param>
    /// <param name="each">Length of the parts that are measured by themselves; a call belongs to the part in which it began.</param>
    /// <returns>One measurement a part, in order. The rate is that of calls that succeeded.</returns>
    public static async Task<IReadOnlyList<Measurement>> RunAsync(
        double rate, TimeSpan time, TimeSpan each, Func<int, Task<bool>> call, CancellationToken cancellationToken)
    {
        Part[] parts = [.. Enumerable.Range(0, (int)Math.Ceiling(time / each)).Select(_ => new Part())];
        List<Task> calls = [];
        using PeriodicTimer timer = new(Tick);
        long begun = Stopwatch.GetTimestamp();
        for (int number = 0; ;)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
            if (elapsed >= time)
            {
                break;
            }

            Part part = parts[(int)(elapsed / each)];
            for (int due = (int)(elapsed.TotalSeconds * rate); number < due; number++)
            {
                int ours = number;
                calls.Add(Task.Run(() => CallAsync(ours, call, part), cancellationToken));
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        await Task.WhenAll(calls);
        return [.. parts.Select(part => Measurement.Of(part.Latencies, each, part.Failures))];
    }

    private static async Task CallAsync(int number, Func<int, Task<bool>> call, Part part)
    {
        long before = Stopwatch.GetTimestamp();
        bool succeeded = await call(number);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(before);
        lock (part)
        {
            if (succeeded)
            {
                part.Latencies.Add(elapsed);
            }
            else
            {
                part.Failures++;
            }
        }
    }

    private sealed class Part
    {
        public Latencies Latencies { get; } = new();

        public long Failures { get; set; }
    }
}
