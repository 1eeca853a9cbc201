namespace KvStore.Client.Calls;

/// <summary>
/// Holds calls back from a member that refuses many as overloaded, or answers many too late, because a refusal costs the member
/// nearly as much as an answer and the caller more: the more of the calls of the last half second were not answered, the more are
/// refused here instead. Some always go through, so that it ends by itself when the member has room again.
/// </summary>
/// <remarks>Beyer, Jones, Petoff and Murphy (eds.), Site Reliability Engineering, 2016, chapter 21, adaptive throttling.</remarks>
internal sealed class OverloadThrottle
{
    /// <summary>Calls that may be sent for one that was answered.</summary>
    public const double SentPerAnswered = 1.5;

    /// <summary>Calls in the time remembered that are never held back: a caller with few calls overloads nobody.</summary>
    public const int AlwaysSent = 10;

    /// <summary>
    /// So many late answers are a sign of overload even without a refusal: under the worst, refusals are late as well.
    /// </summary>
    public const int LateMin = 50;

    /// <summary>Half of what is remembered.</summary>
    private const long PartMilliseconds = 250;

    private readonly Lock _lock = new();
    private Part _now;
    private Part _before;
    private long _partBegan;

    /// <summary>Whether to make the call; if not, it counts as made.</summary>
    /// <param name="now">Milliseconds that only go forward.</param>
    /// <param name="chance">0 to 1, drawn for this call.</param>
    public bool MayAsk(long now, double chance)
    {
        lock (_lock)
        {
            Turn(now);
            _now.Wanted++;
            long wanted = _now.Wanted + _before.Wanted;
            double answered = _now.Answered + _before.Answered;
            bool isOverloaded = _now.Overloaded + _before.Overloaded > 0 || _now.Late + _before.Late >= LateMin;
            return !isOverloaded || chance >= (wanted - AlwaysSent - (SentPerAnswered * answered)) / (wanted + 1);
        }
    }

    /// <summary>A call has ended.</summary>
    /// <param name="failure">Null where there was none.</param>
    /// <param name="now">As before.</param>
    public void Ended(KvException? failure, long now)
    {
        lock (_lock)
        {
            Turn(now);
            switch (failure?.ErrorType)
            {
                case Failures.Overloaded:
                    _now.Overloaded++;
                    break;
                case Failures.Deadline:
                    _now.Late++;
                    break;
                default:
                    _now.Answered++;
                    break;
            }
        }
    }

    private void Turn(long now)
    {
        if (now - _partBegan >= PartMilliseconds)
        {
            _before = now - _partBegan >= 2 * PartMilliseconds ? default : _now;
            _now = default;
            _partBegan = now;
        }
    }

    private struct Part
    {
        public long Wanted;
        public long Answered;
        public long Overloaded;
        public long Late;
    }
}
