namespace KvStore.Node.Coordination;

/// <summary>
/// How many operations a member takes on at once. While the quickest operation of an interval takes far longer than the quickest
/// ones do in good times, operations stand in a queue somewhere, and fewer are let in; when some had to be refused though none
/// stood, more. Pure: fed once an interval.
/// </summary>
/// <remarks>
/// The quickest, because a standing queue delays every operation and one slow key or replica does not; after Brakmo and
/// Peterson, TCP Vegas, 1995, and Nichols and Jacobson, Controlling Queue Delay, 2012. Where that queue is, here, at the disk or
/// at other members, makes no difference.
/// </remarks>
internal sealed class AdmissionLimit
{
    /// <summary>Between two looks.</summary>
    public const int IntervalMilliseconds = 100;

    /// <summary>However long operations take, so many are let in: a member that is slow for another reason must not starve.</summary>
    public const int OperationsMin = 64;

    /// <summary>A queue shorter than that is none.</summary>
    public const int QueueMilliseconds = 30;

    /// <summary>What the quickest operation may take, of what it takes in good times, besides.</summary>
    private const double GoodTimes = 4;

    private const double Shrink = 0.7;
    private const double Growth = 1.1;
    private const int GrowthMin = 4;

    /// <summary>Good times are forgotten within minutes, and while operations are refused within a quarter of an hour: distances may grow for good.</summary>
    private const double Forgetting = 1.001;

    private const double ForgettingWhileRefused = 1.0002;

    private readonly int _most;
    private readonly int _least;
    private readonly double[] _quickest;

    /// <param name="most">The limit to begin with, never exceeded.</param>
    /// <param name="kinds">Kinds of operations that take differently long in good times.</param>
    /// <param name="least">The limit does not fall below it.</param>
    public AdmissionLimit(int most, int kinds = 1, int least = OperationsMin)
    {
        Operations = _most = most;
        _least = Math.Min(least, most);
        _quickest = new double[kinds];
        Array.Fill(_quickest, double.PositiveInfinity);
    }

    /// <summary>Operations in flight, at most.</summary>
    public int Operations { get; private set; }

    /// <param name="quickest">Of every kind, milliseconds of the quickest operation that was committed in the interval; null if none was.</param>
    /// <param name="inFlightMax">The most that were in flight at once.</param>
    /// <param name="refused">Whether any was refused.</param>
    public void Look(ReadOnlySpan<long?> quickest, int inFlightMax, bool refused)
    {
        bool isAnyCommitted = false;
        bool isAnyQuick = false;
        for (int kind = 0; kind < quickest.Length; kind++)
        {
            if (quickest[kind] is { } standing)
            {
                isAnyCommitted = true;
                _quickest[kind] = Math.Min(_quickest[kind] * (refused ? ForgettingWhileRefused : Forgetting), Math.Max(standing, 1));
                isAnyQuick |= standing <= QueueMilliseconds + (GoodTimes * _quickest[kind]);
            }
        }

        if (isAnyCommitted && !isAnyQuick)
        {
            Operations = Math.Max(_least, (int)(Math.Min(Operations, inFlightMax) * Shrink));
        }
        else if (isAnyCommitted && refused)
        {
            Operations = Math.Min(_most, Math.Max((int)(Operations * Growth), Operations + GrowthMin));
        }

        // Where nothing was committed, that says nothing about queues.
    }
}
