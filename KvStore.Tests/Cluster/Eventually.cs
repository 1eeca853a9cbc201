using System.Net.Http;
using KvStore.Client;

namespace KvStore.Tests.Cluster;

/// <summary>
/// Waits for what is going to be so, however slow the machine is today. Whoever waits in vain is told the phase, what was
/// expected and what was there instead.
/// </summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the answer is the one expected. A node that cannot be reached is an answer too.</summary>
    /// <param name="deadline">Where <see cref="Deadline"/> is too short.</param>
    public static async Task IsAsync<T>(
        string phase, T expected, Func<CancellationToken, Task<T>> actual, CancellationToken cancellationToken, TimeSpan? deadline = null)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline ?? Deadline);
        using PeriodicTimer timer = new(Interval);
        string last = "no answer";
        try
        {
            do
            {
                try
                {
                    T found = await actual(limit.Token);
                    if (EqualityComparer<T>.Default.Equals(found, expected))
                    {
                        return;
                    }

                    last = $"{found}";
                }
                catch (Exception failure) when (failure is HttpRequestException or KvException)
                {
                    last = failure.Message;
                }
            }
            while (await timer.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw InVain(phase, deadline ?? Deadline, $"{expected}", last);
        }
    }

    /// <summary>Waits for something that announces itself.</summary>
    /// <param name="actual">What is so at the moment, asked only when the wait was in vain.</param>
    public static async Task<T> EndsAsync<T>(
        string phase, string expected, Func<CancellationToken, Task<T>> wait, Func<Task<string>> actual, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Deadline);
        try
        {
            return await wait(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw InVain(phase, Deadline, expected, await actual());
        }
    }

    private static TimeoutException InVain(string phase, TimeSpan deadline, string expected, string actual) =>
        new($"{phase}: after {deadline.TotalSeconds} s expected {expected}, actual: {actual}");
}
