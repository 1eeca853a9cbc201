using KvStore.Node.Ring;

namespace KvStore.Node.Migration;

/// <summary>
/// Keeps transfers, and the removal of what moved away, within so many bytes a second, and behind clients: a page is paid for after
/// it came, by waiting. The rate
/// follows how long requests wait for their lane, here and at the source: halved where they wait for long, then raised step by step.
/// It has a floor, so that a member which is always busy moves all the same.
/// </summary>
/// <param name="waitMilliseconds">How long requests wait now, here or at a source, whichever is longer.</param>
/// <param name="bytesPerSecondMax">0: no limit.</param>
internal sealed class TransferPace(Func<MemberId, double> waitMilliseconds, TimeProvider time, long bytesPerSecondMax)
{
    /// <summary>What a record costs beside its bytes, in bytes: small ones are limited by the lanes and the log that they go through.</summary>
    public const long RecordBytes = 1024;

    /// <summary>Requests that wait for longer show in what clients see.</summary>
    public const double WaitMillisecondsMax = 1;

    /// <summary>Of the most.</summary>
    public const double ShareLeast = 1.0 / 32;

    private const double ShareStep = 1.0 / 64;

    /// <summary>A change begins gently: how much room there is shows only while it runs.</summary>
    private const double ShareFirst = ShareLeast;

    /// <summary>Between two steps, so that one has its effect before the next.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>After so long without a page, the next begins gently again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Less than this is paid with the next page.</summary>
    private static readonly TimeSpan DelayLeast = TimeSpan.FromMilliseconds(5);

    private double _share = ShareFirst;
    private long _lookedAt = time.GetTimestamp();
    private TimeSpan _owed;

    /// <summary>Pays for records that came, of so many bytes in all.</summary>
    public async Task PayAsync(MemberId source, int records, long bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecondMax == 0)
        {
            return;
        }

        Look(source);
        _owed += TimeSpan.FromSeconds(((records * RecordBytes) + bytes) / (bytesPerSecondMax * _share));
        if (_owed >= DelayLeast)
        {
            TimeSpan delay = _owed;
            _owed = TimeSpan.Zero;
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private void Look(MemberId source)
    {
        TimeSpan passed = time.GetElapsedTime(_lookedAt);
        if (passed < LookInterval)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        _share = passed >= Pause ? ShareFirst
            : waitMilliseconds(source) > WaitMillisecondsMax ? Math.Max(ShareLeast, _share / 2)
            : Math.Min(1, _share + ShareStep);
    }
}
