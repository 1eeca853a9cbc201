using System.Diagnostics;

namespace KvStore.Bench.Measuring;

/// <summary>
/// Calls that begin at a steady rate, whether earlier ones were answered or not, as those of independent callers do: an overload
/// does not slow them down. A thread of its own begins them, so that their rate does not hang on the pool that their answers need.
/// </summary>
internal static class OpenLoop
{
    /// <summary>Calls in flight at once, at most; those beyond it are not made and count as failed.</summary>
    public const int InFlightMax = 8_192;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <param name="rate">Calls that begin in a second.</param>
    /// <param name="call">Makes the call of this number; false if it failed.</param>
    /// <param name="each">Length of the parts that are measured by themselves; a call belongs to the part in which it began.</param>
    /// <returns>One measurement a part, in order. The rate is that of calls that succeeded.</returns>
    public static async Task<IReadOnlyList<Measurement>> RunAsync(
        double rate, TimeSpan time, TimeSpan each, Func<int, Task<bool>> call, CancellationToken cancellationToken)
    {
        Part[] parts = [.. Enumerable.Range(0, (int)Math.Ceiling(time / each)).Select(_ => new Part())];
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Calls calls = new();
        Thread beginning = new(() => Begin(rate, time, each, call, calls, parts, begun, cancellationToken)) { IsBackground = true };
        beginning.Start();
        await begun.Task;
        await calls.EndedAsync(cancellationToken);
        return [.. parts.Select(part => Measurement.Of(part.Latencies, each, part.Failures))];
    }

    private static void Begin(
        double rate, TimeSpan time, TimeSpan each, Func<int, Task<bool>> call, Calls calls, Part[] parts, TaskCompletionSource begun, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        for (int number = 0; (elapsed = Stopwatch.GetElapsedTime(started)) < time && !cancellationToken.IsCancellationRequested;)
        {
            Part part = parts[(int)(elapsed / each)];
            for (int due = (int)(elapsed.TotalSeconds * rate); number < due; number++)
            {
                if (calls.InFlight < InFlightMax)
                {
                    _ = CallAsync(number, call, part, calls);
                }
                else
                {
                    part.Add(null);
                }
            }

            cancellationToken.WaitHandle.WaitOne(Tick);
        }

        begun.SetResult();
    }

    private static async Task CallAsync(int number, Func<int, Task<bool>> call, Part part, Calls calls)
    {
        calls.Enter();
        long before = Stopwatch.GetTimestamp();
        bool succeeded = await call(number);
        part.Add(succeeded ? Stopwatch.GetElapsedTime(before) : null);
        calls.Leave();
    }

    private sealed class Calls
    {
        private int _inFlight;

        public int InFlight => Volatile.Read(ref _inFlight);

        public void Enter() => Interlocked.Increment(ref _inFlight);

        public void Leave() => Interlocked.Decrement(ref _inFlight);

        public async Task EndedAsync(CancellationToken cancellationToken)
        {
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
            while (InFlight > 0)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    private sealed class Part
    {
        private readonly Lock _lock = new();

        public Latencies Latencies { get; } = new();

        public long Failures { get; private set; }

        /// <param name="elapsed">Null if the call failed.</param>
        public void Add(TimeSpan? elapsed)
        {
            lock (_lock)
            {
                if (elapsed is { } time)
                {
                    Latencies.Add(time);
                }
                else
                {
                    Failures++;
                }
            }
        }
    }
}
