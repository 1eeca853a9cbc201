namespace KvStore.Node.Convergence;

/// <summary>
/// Keeps upkeep behind clients: so many keys a second, and none while clients keep the member busy; but a few even then, or a
/// member that is always busy would never be brought up to date.
/// </summary>
/// <param name="isBusy">Whether clients need the member now.</param>
internal sealed class UpkeepPace(Func<bool> isBusy, TimeProvider time, Random random, int keysPerSecondMax)
{
    /// <summary>Keys worked on at once.</summary>
    public const int BatchMax = 8;

    /// <summary>How long a batch waits for clients, at most: the floor of a batch in so long.</summary>
    public static readonly TimeSpan CourtesyMax = TimeSpan.FromSeconds(1);

    /// <summary>Reading the log for upkeep may take one part of so many of all time, and rests for two thirds of that.</summary>
    private const int RestTimesRead = 7;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>From half to one and a half of the interval, so that members do not work in step.</summary>
    public Task PauseAsync(TimeSpan interval, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromTicks((long)(interval.Ticks * (0.5 + random.NextDouble()))), time, cancellationToken);

    /// <summary>Waits for the turn of a batch.</summary>
    public async Task TakeTurnAsync(int keys, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (isBusy() && time.GetElapsedTime(started) < CourtesyMax)
        {
            await Task.Delay(Look, time, cancellationToken);
        }

        await Task.Delay(TimeSpan.FromSeconds((double)keys / keysPerSecondMax), time, cancellationToken);
    }

    /// <summary>After the store's log was read for so long, whoever read it leaves it alone for some time.</summary>
    public Task RestAsync(TimeSpan read, CancellationToken cancellationToken) => Task.Delay(read * RestTimesRead, time, cancellationToken);
}
