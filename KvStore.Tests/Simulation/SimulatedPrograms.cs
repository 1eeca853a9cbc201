using System.Threading.Channels;

namespace KvStore.Tests.Simulation;

/// <summary>The near relatives of what cannot be simulated, which can: what to write instead. Each records when it was over.</summary>
internal static class SimulatedPrograms
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    private static readonly SortedDictionary<string, Func<SimulatedProcess, TimeProvider, Task>> Programs = new(StringComparer.Ordinal)
    {
        ["ReadChannelByHand"] = async (process, time) =>
        {
            var channel = Channel.CreateUnbounded<int>();
            process.PostAfter(Short, () => channel.Writer.TryWrite(1));
            while (await channel.Reader.WaitToReadAsync(CancellationToken.None) && channel.Reader.TryRead(out _))
            {
                channel.Writer.TryComplete();
            }
        },
        ["CancelChannel"] = (process, _) =>
            Cancelled(process, async token => await Channel.CreateUnbounded<int>().Reader.WaitToReadAsync(token)),
        ["CancelDelay"] = (process, time) => Cancelled(process, token => Task.Delay(TimeSpan.FromDays(1), time, token)),
        ["CancelWait"] = (process, _) => Cancelled(process, token => new TaskCompletionSource().Task.WaitAsync(token)),
        ["CancelPeriodicTimer"] = (process, time) => Cancelled(process, async token =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromDays(1), time);
            await timer.WaitForNextTickAsync(token);
        }),
        ["SemaphoreWithoutToken"] = async (process, _) =>
        {
            using var semaphore = new SemaphoreSlim(0);
            process.PostAfter(Short, () => semaphore.Release());
            await semaphore.WaitAsync(CancellationToken.None);
        },
        ["WhenAnyOfDelay"] = async (process, time) =>
        {
            var completion = new TaskCompletionSource();
            process.PostAfter(TimeSpan.FromDays(1), completion.SetResult);
            await Task.WhenAny(completion.Task, Task.Delay(Short, time, CancellationToken.None));
        },
        ["ForcedAsynchronyAwaited"] = async (process, _) =>
        {
            var forced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            process.PostAfter(Short, forced.SetResult);
            await forced.Task;
        },
        ["TimeoutByToken"] = async (process, time) =>
        {
            using var source = new CancellationTokenSource(Short, time);
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(source.Token);
            }
            catch (OperationCanceledException)
            {
                // As it should.
            }
        },
        ["TimeoutByWait"] = async (_, time) =>
        {
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(Short, time, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                // As it should.
            }
        },
    };

    public static IEnumerable<string> Names => Programs.Keys;

    /// <summary>Runs one; answers the trace, in which it must have said that it was over.</summary>
    public static string Play(string name, ulong seed, Action ended) => UnsimulatedPrograms.Play(
        async (process, time) =>
        {
            await Programs[name](process, time);
            process.Scheduler.Record("ended");
            ended();
        },
        seed,
        leaves: false);

    private static async Task Cancelled(SimulatedProcess process, Func<CancellationToken, Task> wait)
    {
        using var source = new CancellationTokenSource();
        process.PostAfter(Short, source.Cancel);
        try
        {
            await wait(source.Token);
        }
        catch (OperationCanceledException)
        {
            // As it should.
        }
    }
}
