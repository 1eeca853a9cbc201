using KvStore.Node.Ring;

namespace KvStore.Node.Membership;

/// <summary>
/// The time a suspected member has to refute: long while one member alone accuses it, because that one may be the slow one,
/// and shorter with every other that could not reach it either (Lifeguard).
/// </summary>
/// <param name="began">On the detector's clock.</param>
/// <param name="most">With one accuser.</param>
/// <param name="wanted">Further accusers that shorten it to a third.</param>
internal sealed class Suspicion(TimeSpan began, TimeSpan most, int wanted, MemberId accuser)
{
    /// <summary>How much shorter it gets at most.</summary>
    public const int Shrink = 3;

    private readonly HashSet<MemberId> _accusers = [accuser];

    /// <summary>Members that said they could not reach it, besides the first; at most those wanted.</summary>
    public int Confirmations => _accusers.Count - 1;

    /// <summary>
    /// most - (most - most / 3) · log(confirmations + 1) / log(wanted + 1), in whole milliseconds, so that the last bit of a
    /// logarithm, which differs between machines, decides nothing.
    /// </summary>
    public TimeSpan Timeout
    {
        get
        {
            double share = wanted == 0 ? 0 : Math.Log(Confirmations + 1) / Math.Log(wanted + 1);
            double milliseconds = most.TotalMilliseconds;
            return TimeSpan.FromMilliseconds(Math.Round(milliseconds - ((milliseconds - (milliseconds / Shrink)) * share)));
        }
    }

    /// <returns>Whether this accuser was new and wanted: then others should hear of it.</returns>
    public bool Confirm(MemberId by) => Confirmations < wanted && _accusers.Add(by);

    /// <param name="multiplier">Of this member's health.</param>
    public bool IsOver(TimeSpan clock, int multiplier) => clock - began >= Timeout * multiplier;
}
