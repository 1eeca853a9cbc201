namespace KvStore.Node.Coordination;

/// <summary>
/// Keeps hedges to a share of the requests, so that a cluster that is slow because it has too much to do does not get more to
/// do: a token bucket. Pure.
/// </summary>
internal sealed class HedgeBudget
{
    /// <summary>Requests that pay for one hedge: 5 %.</summary>
    public const int RequestsPerHedge = 20;

    /// <summary>Hedges saved up, at most; what more requests would pay for is lost.</summary>
    public const int SavedMax = 16;

    private int _paid = SavedMax * RequestsPerHedge;

    public long Requests { get; private set; }

    public long Taken { get; private set; }

    public void OnRequest()
    {
        Requests++;
        _paid = Math.Min(_paid + 1, SavedMax * RequestsPerHedge);
    }

    /// <returns>False if so many hedges are not paid for.</returns>
    public bool TryTake(int hedges)
    {
        int price = hedges * RequestsPerHedge;
        if (_paid < price)
        {
            return false;
        }

        _paid -= price;
        Taken += hedges;
        Invariant.Holds(Taken <= SavedMax + (Requests / RequestsPerHedge));
        return true;
    }
}
