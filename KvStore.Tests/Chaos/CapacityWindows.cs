namespace KvStore.Tests.Chaos;

/// <summary>
/// Operations a second in one short window of a closed loop after the other, and when there are enough of them. A cluster that has
/// just started is compiled while it runs, and each window is faster than the one before until that is over: only what comes then is its capacity.
/// </summary>
internal sealed class CapacityWindows
{
    /// <summary>Windows that no longer are faster, of which the one in the middle is the capacity.</summary>
    public const int Steady = 3;

    /// <summary>Before these, three windows that are no faster do not say that it is over: later ones were seen to be faster again.</summary>
    public const int Least = 15;

    /// <summary>At which it is taken as it is, because on a machine that others use no three windows need be alike.</summary>
    public const int Max = 25;

    /// <summary>How much faster than all before a window must be to say that compiling goes on.</summary>
    private const double Gain = 1.03;

    private readonly List<double> _rates = [];

    public int Count => _rates.Count;

    /// <summary>Whether none of the last ones was faster than what was reached before them.</summary>
    public bool AreEnough => Count >= Max || (Count >= Least && _rates[^Steady..].Max() <= _rates[..^Steady].Max() * Gain);

    /// <summary>The one in the middle of the last ones. Operations a second.</summary>
    public double Capacity => _rates[^Math.Min(Steady, Count)..].Order().ElementAt(Math.Min(Steady, Count) / 2);

    public void Add(double operationsPerSecond) => _rates.Add(operationsPerSecond);
}
