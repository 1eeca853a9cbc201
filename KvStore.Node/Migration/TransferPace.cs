namespace KvStore.Node.Migration;

/// <summary>
/// Keeps transfers within so many bytes a second, and behind clients: a page is paid for after it came, by waiting. While
/// clients need the member it is a quarter of that, which is the floor: a member that is always busy moves all the same.
/// </summary>
/// <param name="isBusy">Whether clients need the member now.</param>
/// <param name="bytesPerSecondMax">0: no limit.</param>
internal sealed class TransferPace(Func<bool> isBusy, TimeProvider time, long bytesPerSecondMax)
{
    private const int BusyDivisor = 4;

    /// <summary>Less than this is paid with the next page.</summary>
    private static readonly TimeSpan DelayLeast = TimeSpan.FromMilliseconds(5);

    private TimeSpan _owed;

    /// <summary>Pays for bytes that came.</summary>
    public async Task PayAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecondMax == 0)
        {
            return;
        }

        double rate = (double)bytesPerSecondMax / (isBusy() ? BusyDivisor : 1);
        _owed += TimeSpan.FromSeconds(bytes / rate);
        if (_owed >= DelayLeast)
        {
            TimeSpan delay = _owed;
            _owed = TimeSpan.Zero;
            await Task.Delay(delay, time, cancellationToken);
        }
    }
}
