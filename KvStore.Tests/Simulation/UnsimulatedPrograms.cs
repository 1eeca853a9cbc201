using System.Collections.Immutable;
using System.Threading.Channels;

namespace KvStore.Tests.Simulation;

/// <summary>
/// One small program for each construct that is banned from the node's core, to show why. Some leave the simulation's
/// thread; the others stay, but do not do the same in two processes.
/// </summary>
internal static class UnsimulatedPrograms
{
    /// <summary>Whether an operation is over before it is awaited is chance; of so many, sooner or later one is not.</summary>
    private const int TriesMax = 1_000;

    /// <summary>How long real threads get to come back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly SortedDictionary<string, Func<SimulatedProcess, TimeProvider, Task>> Leaving = new(StringComparer.Ordinal)
    {
        ["Task.Run"] = (process, _) => Task.Run(() => process.Scheduler.Record("on the pool"), CancellationToken.None),
        ["ConfigureAwait"] = async (process, time) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, CancellationToken.None).ConfigureAwait(false);
            process.Scheduler.Record("on the pool");
        },
        ["ReadAllAsync"] = async (process, time) =>
        {
            var channel = Channel.CreateUnbounded<int>();
            process.PostAfter(TimeSpan.FromMilliseconds(1), () => channel.Writer.TryWrite(1));
            await foreach (var item in channel.Reader.ReadAllAsync(CancellationToken.None))
            {
                process.Scheduler.Record("item");
            }
        },
        ["ContinueWith"] = (process, time) => Task.Delay(TimeSpan.FromMilliseconds(1), time, CancellationToken.None)
            .ContinueWith(_ => process.Scheduler.Record("on the pool"), CancellationToken.None),
        ["CancelAsync"] = async (process, _) =>
        {
            using var source = new CancellationTokenSource();
            source.Token.Register(() => process.Scheduler.Record("on the pool"));
            await source.CancelAsync();
        },
        ["SemaphoreToken"] = async (process, _) =>
        {
            using var source = new CancellationTokenSource();
            using var semaphore = new SemaphoreSlim(0);
            process.PostAfter(TimeSpan.FromMilliseconds(1), () => semaphore.Release());
            await semaphore.WaitAsync(source.Token);
        },
        ["SemaphoreTimeout"] = async (process, _) =>
        {
            using var semaphore = new SemaphoreSlim(0);
            for (var i = 0; i < TriesMax && !process.Scheduler.HasFailed; i++)
            {
                await semaphore.WaitAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            }
        },
        ["WhenAnyOfForcedAsynchrony"] = async (process, time) =>
        {
            var forced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            process.PostAfter(TimeSpan.FromMilliseconds(1), forced.SetResult);
            await Task.WhenAny(forced.Task, Task.Delay(TimeSpan.FromDays(1), time, CancellationToken.None));
        },
        ["WhenAnyOfChannel"] = async (process, time) =>
        {
            var channel = Channel.CreateUnbounded<int>();
            process.PostAfter(TimeSpan.FromMilliseconds(1), () => channel.Writer.TryWrite(1));
            await Task.WhenAny(
                channel.Reader.WaitToReadAsync(CancellationToken.None).AsTask(), Task.Delay(TimeSpan.FromDays(1), time, CancellationToken.None));
        },
        ["WhenAnyOfCancelledDelay"] = async (process, time) =>
        {
            using var source = new CancellationTokenSource();
            process.PostAfter(TimeSpan.FromMilliseconds(1), source.Cancel);
            await Task.WhenAny(new TaskCompletionSource().Task, Task.Delay(TimeSpan.FromDays(1), time, source.Token));
        },
        ["FileIO"] = async (process, _) =>
        {
            var path = Path.GetTempFileName();
            for (var i = 0; i < TriesMax && !process.Scheduler.HasFailed; i++)
            {
                await File.WriteAllBytesAsync(path, new byte[100_000], CancellationToken.None);
            }

            File.Delete(path);
        },
        ["RealTimer"] = async (process, _) =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            for (var i = 0; i < TriesMax && !process.Scheduler.HasFailed; i++)
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        },
    };

    private static readonly SortedDictionary<string, Action<SimulatedProcess>> Differing = new(StringComparer.Ordinal)
    {
        ["StringHash"] = process => process.Scheduler.Trace.Add("kv".GetHashCode(StringComparison.Ordinal)),
        ["HashCode"] = process => process.Scheduler.Trace.Add(HashCode.Combine(1, 2)),
        ["ImmutableDictionary"] = process =>
            process.Scheduler.Record(string.Join(',', Many().ToImmutableDictionary(name => name, name => name.Length).Keys)),
        ["ImmutableHashSet"] = process => process.Scheduler.Record(string.Join(',', Many().ToImmutableHashSet())),
    };

    /// <summary>Those that leave the thread.</summary>
    public static IEnumerable<string> NamesOfLeaving => Leaving.Keys;

    /// <summary>Those that differ from process to process.</summary>
    public static IEnumerable<string> NamesOfDiffering => Differing.Keys;

    public static IEnumerable<string> Names => NamesOfLeaving.Concat(NamesOfDiffering);

    /// <summary>Runs one by name.</summary>
    public static string Play(string name, ulong seed)
    {
        if (Leaving.TryGetValue(name, out var program))
        {
            return Play(program, seed, leaves: true);
        }

        return Play((process, _) =>
        {
            Differing[name](process);
            return Task.CompletedTask;
        }, seed, leaves: false);
    }

    /// <summary>Runs a program as the only process of a simulation; answers the trace, or how the run failed.</summary>
    public static string Play(Func<SimulatedProcess, TimeProvider, Task> program, ulong seed, bool leaves)
    {
        using var scheduler = new SimulatedScheduler(new SeededRandom(seed));
        var process = scheduler.NewProcess("n0");
        process.Run(() => program(process, new SimulatedTime(process, new SimulatedClock(scheduler))));
        try
        {
            scheduler.RunFor(TimeSpan.FromSeconds(1));
            if (leaves)
            {
                // Virtual time waits for nobody; whoever left comes back in real time.
                SpinWait.SpinUntil(() => scheduler.HasFailed, Patience);
            }

            scheduler.Finish();
            return $"trace {scheduler.Trace}";
        }
        catch (SimulationFailedException failure)
        {
            return failure.Message;
        }
    }

    private static IEnumerable<string> Many() => Enumerable.Range(0, 100).Select(i => $"node-{i}");
}
