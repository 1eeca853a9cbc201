using KvStore.Node.Registers;

namespace KvStore.Node.Migration;

/// <summary>
/// How long a change that a majority of the next owners could carry waits for the rest, so that no slot has fewer copies after it
/// than before: as long as any of them takes over something, and for a while more.
/// </summary>
internal sealed class LateOwners(TimeProvider time)
{
    /// <summary>For one that joins: longer than it may be dead before it is given up, and than a restart takes.</summary>
    public static readonly TimeSpan PatienceWithJoiners = TimeSpan.FromSeconds(40);

    /// <summary>For one that owned the slots before as well, and is repaired later like anybody who missed something.</summary>
    public static readonly TimeSpan PatienceWithOwners = TimeSpan.FromSeconds(5);

    private Epoch _epoch;
    private long _taken;
    private long _since;

    /// <param name="epoch">Of the change.</param>
    /// <param name="taken">What the next owners that answer have taken over, together.</param>
    /// <param name="areJoinersWhole">Whether only such are late that stay.</param>
    public bool AreAwaited(Epoch epoch, long taken, bool areJoinersWhole)
    {
        if (epoch != _epoch || taken != _taken)
        {
            (_epoch, _taken, _since) = (epoch, taken, time.GetTimestamp());
        }

        return time.GetElapsedTime(_since) < (areJoinersWhole ? PatienceWithOwners : PatienceWithJoiners);
    }
}
