using KvStore.Node.Migration;
using KvStore.Node.Ring;
using KvStore.Tests.Peers;
using Xunit;

namespace KvStore.Tests.Migration;

public sealed class TransferPaceTests
{
    private const long RateMost = 1 << 20;
    private const long PageBytes = 16 << 10;

    /// <summary>In which it comes from where it begins to its limit, and more.</summary>
    private static readonly TimeSpan RampTime = 8 * TransferPace.DoublingTime;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();
    private double _wait;

    [Fact]
    public void It_begins_gently_and_reaches_the_limit_where_nobody_waits()
    {
        TransferPace pace = Pace(RateMost);
        Assert.InRange(RateOver(pace, TransferPace.DoublingTime), RateMost * TransferPace.ShareFirst, RateMost * TransferPace.ShareFirst * 2);
        RateOver(pace, 3 * TransferPace.DoublingTime);
        Assert.InRange(RateOver(pace, TransferPace.DoublingTime), RateMost / 8, RateMost / 4);
        RateOver(pace, RampTime);
        Assert.InRange(RateOver(pace, TimeSpan.FromSeconds(2)), RateMost * 0.95, RateMost * 1.05);
    }

    [Fact]
    public void It_rises_to_its_floor_while_requests_wait()
    {
        TransferPace pace = Pace(RateMost);
        _wait = TransferPace.WaitMillisecondsMax + 1;
        RateOver(pace, RampTime);
        Assert.InRange(RateOver(pace, TimeSpan.FromSeconds(5)), RateMost * TransferPace.ShareLeast * 0.9, RateMost * TransferPace.ShareLeast * 1.1);
    }

    [Fact]
    public void It_falls_to_its_floor_and_no_further_while_requests_wait_and_recovers_when_they_do_not()
    {
        TransferPace pace = Pace(RateMost);
        RateOver(pace, RampTime);
        _wait = TransferPace.WaitMillisecondsMax + 1;
        RateOver(pace, TimeSpan.FromSeconds(3));
        Assert.InRange(RateOver(pace, TimeSpan.FromSeconds(5)), RateMost * TransferPace.ShareLeast * 0.9, RateMost * TransferPace.ShareLeast * 1.1);
        _wait = 0;
        RateOver(pace, TransferPace.DoublingTime);
        Assert.InRange(RateOver(pace, TimeSpan.FromSeconds(1)), RateMost / 2, RateMost * 0.9); // soon half of what it had been
        RateOver(pace, TransferPace.DoublingTime);
        Assert.InRange(RateOver(pace, TimeSpan.FromSeconds(2)), RateMost * 0.95, RateMost * 1.05);
    }

    [Fact]
    public void It_does_not_rise_while_nothing_is_paid_for()
    {
        TransferPace pace = Pace(RateMost);
        _time.Advance(RampTime);
        Assert.InRange(RateOver(pace, TransferPace.DoublingTime), RateMost * TransferPace.ShareFirst, RateMost * TransferPace.ShareFirst * 2);
    }

    [Fact]
    public void It_rises_while_a_page_is_paid_for()
    {
        TransferPace pace = Pace(RateMost);
        long began = _time.GetTimestamp();
        PayAtOnce(pace, 0, RateMost);
        Assert.InRange(_time.GetElapsedTime(began), TransferPace.DoublingTime * 3, TransferPace.DoublingTime * 4); // at the rate of the beginning: 16 times the doubling time
    }

    [Fact]
    public void Small_records_cost_more_than_their_bytes()
    {
        TransferPace pace = Pace(RateMost);
        RateOver(pace, RampTime);
        Assert.InRange(RateOver(pace, TimeSpan.FromSeconds(2), (int)(PageBytes / TransferPace.RecordBytes)), RateMost * 0.45, RateMost * 0.55);
    }

    [Fact]
    public void The_next_change_begins_gently_again()
    {
        TransferPace pace = Pace(RateMost);
        RateOver(pace, RampTime);
        pace.Begin();
        Assert.InRange(RateOver(pace, TransferPace.DoublingTime), RateMost * TransferPace.ShareFirst, RateMost * TransferPace.ShareFirst * 2);
    }

    [Fact]
    public void Without_a_limit_nothing_is_waited_for()
    {
        _wait = double.MaxValue;
        TransferPace pace = Pace(0);
        Assert.True(pace.PayAsync(default, int.MaxValue, long.MaxValue, static () => false, _cancellation).IsCompletedSuccessfully);
        Assert.True(pace.RestAfterQuestionAsync(_cancellation).IsCompletedSuccessfully);
    }

    [Fact]
    public void What_is_over_is_not_paid_for_any_longer_nor_by_what_comes_after()
    {
        TransferPace pace = Pace(RateMost);
        bool isOver = false;
        Task paid = pace.PayAsync(default, 0, long.MaxValue, () => isOver, _cancellation);
        _time.Advance(RampTime);
        Assert.False(paid.IsCompleted);

        isOver = true;
        _time.Advance(TransferPace.LookInterval);
        Assert.True(paid.IsCompletedSuccessfully);
        Assert.True(pace.PayAsync(default, 0, 1, static () => false, _cancellation).IsCompletedSuccessfully);
    }

    private TransferPace Pace(long most) => new(_ => _wait, _time, TransferSettings.Default with { BytesPerSecondMax = most });

    /// <summary>Bytes a second of pages that follow each other at once.</summary>
    /// <param name="records">In a page.</param>
    private double RateOver(TransferPace pace, TimeSpan span, int records = 0)
    {
        long began = _time.GetTimestamp();
        long bytes = 0;
        while (_time.GetElapsedTime(began) < span)
        {
            PayAtOnce(pace, records, PageBytes);
            bytes += PageBytes;
        }

        return bytes / _time.GetElapsedTime(began).TotalSeconds;
    }

    private void PayAtOnce(TransferPace pace, int records, long bytes)
    {
        Task paid = pace.PayAsync(default, records, bytes, static () => false, _cancellation);
        while (!paid.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }
}
