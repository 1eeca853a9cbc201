namespace KvStore.Node.Coordination;

/// <summary>
/// How long work waits at one lane: for the lane to take it up, and for the log to be durable. Smoothed; what is older than
/// <see cref="NewsMilliseconds"/> is no news and counts for nothing. Written by the lane, read by any thread. Pure.
/// </summary>
internal sealed class LaneLoad
{
    public const int NewsMilliseconds = 1_000;

    private const double Gain = 1.0 / 16;

    private double _wait;
    private double _disk;
    private long _waitAt = -NewsMilliseconds;
    private long _diskAt = -NewsMilliseconds;
    private long _appended;
    private long _appendedAt;

    /// <summary>A batch of requests, or an operation, is taken up.</summary>
    public void Waited(long milliseconds, long now) => Sample(ref _wait, ref _waitAt, milliseconds, now);

    /// <summary>Entries up to this number were handed to the store. One append is followed at a time.</summary>
    /// <param name="lsn">0 if there were none.</param>
    public void Appended(long lsn, long now)
    {
        if (_appended == 0)
        {
            (_appended, _appendedAt) = (lsn, now);
        }
    }

    public void Durable(long lsn, long now)
    {
        if (_appended != 0 && lsn >= _appended)
        {
            _appended = 0;
            Sample(ref _disk, ref _diskAt, now - _appendedAt, now);
        }
    }

    public double WaitAt(long now) => NewsOf(ref _wait, ref _waitAt, now);

    /// <summary>Milliseconds from an append to its being durable; at least what the open one has waited.</summary>
    public double DiskAt(long now) => Math.Max(NewsOf(ref _disk, ref _diskAt, now), Volatile.Read(ref _appended) == 0 ? 0 : now - Volatile.Read(ref _appendedAt));

    private static double NewsOf(ref double value, ref long sampledAt, long now) =>
        now - Volatile.Read(ref sampledAt) > NewsMilliseconds ? 0 : Volatile.Read(ref value);

    private static void Sample(ref double value, ref long sampledAt, long milliseconds, long now)
    {
        double before = NewsOf(ref value, ref sampledAt, now);
        Volatile.Write(ref value, before + ((milliseconds - before) * Gain));
        Volatile.Write(ref sampledAt, now);
    }
}
