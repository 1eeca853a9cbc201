using KvStore.Node.Ring;

namespace KvStore.Node.Migration;

/// <summary>
/// Keeps transfers, and the removal of what moved away, within so many bytes a second, and behind clients: a page is paid for after
/// it came, by waiting. The rate
/// follows how long requests wait for their lane, here and at the source: halved where they wait for long, else doubled every few
/// seconds. It has a floor, so that a member which is always busy moves all the same. One payer at a time.
/// </summary>
/// <param name="waitMilliseconds">How long requests wait now, here or at a source, whichever is longer.</param>
internal sealed class TransferPace(Func<MemberId, double> waitMilliseconds, TimeProvider time, TransferSettings settings)
{
    /// <summary>What a record costs beside its bytes, in bytes: small ones are limited by the lanes and the log that they go through.</summary>
    public const long RecordBytes = 1024;

    /// <summary>Requests that wait for longer show in what clients see.</summary>
    public const double WaitMillisecondsMax = 1;

    /// <summary>Of the most.</summary>
    public const double ShareLeast = 1.0 / 32;

    /// <summary>
    /// Of the most: a change begins gently and rises to its floor whoever waits. How much room there is shows only while it runs, and
    /// what changes as it begins, and code that has never run, are enough for clients at first.
    /// </summary>
    public const double ShareFirst = 1.0 / 128;

    /// <summary>In which the rate doubles while nobody waits: a small change is over before it is fast, a large one is fast for most of its time.</summary>
    public static readonly TimeSpan DoublingTime = TimeSpan.FromSeconds(8);

    /// <summary>In which it doubles after it was halved, up to half of what it had been.</summary>
    private static readonly TimeSpan RegainTime = TimeSpan.FromSeconds(1);

    /// <summary>Between two steps, so that one has its effect before the next.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Less than this is paid with the next page.</summary>
    private static readonly TimeSpan DelayLeast = TimeSpan.FromMilliseconds(5);

    private double _share = ShareFirst;
    private double _reached;
    private long _lookedAt = time.GetTimestamp();
    private double _owed;

    /// <summary>A change begins: gently, whatever the one before had come to.</summary>
    public void Begin() => (_share, _reached) = (ShareFirst, 0);

    /// <summary>Pays for records that came, of so many bytes in all: waits, at the rate of each moment.</summary>
    /// <param name="isOver">Whether what is paid for is over, or somebody waits for it: the rest is then not paid for, and forgotten.</param>
    public async Task PayAsync(MemberId source, int records, long bytes, Func<bool> isOver, CancellationToken cancellationToken)
    {
        if (!settings.IsLimited)
        {
            return;
        }

        double owed = _owed + (records * RecordBytes) + bytes;
        _owed = 0;
        while (!isOver())
        {
            Look(source);
            double rate = settings.BytesPerSecondMax * _share;
            TimeSpan delay = TimeSpan.FromSeconds(Math.Min(owed / rate, LookInterval.TotalSeconds));
            if (delay < DelayLeast)
            {
                _owed = owed;
                return;
            }

            await Task.Delay(delay, time, cancellationToken);
            owed -= rate * delay.TotalSeconds;
        }
    }

    public Task RestAfterQuestionAsync(CancellationToken cancellationToken) =>
        settings.IsLimited ? Task.Delay(settings.QuestionRest, time, cancellationToken) : Task.CompletedTask;

    private void Look(MemberId source)
    {
        TimeSpan passed = time.GetElapsedTime(_lookedAt);
        if (passed < LookInterval)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        double most = waitMilliseconds(source) > WaitMillisecondsMax ? ShareLeast : 1;
        if (_share > most)
        {
            _reached = _share > _reached / 2 ? _share : _reached;
            _share = Math.Max(most, _share / 2);
            return;
        }

        // Time in which nothing was paid for says nothing about how much room there is.
        TimeSpan paying = passed < 2 * LookInterval ? passed : 2 * LookInterval;
        _share = Math.Min(most, _share * Math.Pow(2, paying / (_share < _reached / 2 ? RegainTime : DoublingTime)));
    }
}
