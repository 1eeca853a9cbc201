using KvStore.Node.Telemetry;

namespace KvStore.Node.Coordination;

/// <summary>
/// Work that one lane's coordinator dropped before it ran because its time was over, since start. Written by the lane; other
/// threads may read values that are a moment old.
/// </summary>
internal sealed class ExpiredFigures
{
    /// <summary>Operations handed over by other members.</summary>
    public long Handed { get; private set; }

    /// <summary>Clients' operations of which nothing had left.</summary>
    public long Operations { get; private set; }

    public void CountHanded()
    {
        Handed++;
        ExpiredMetrics.Count(ExpiredMetrics.Handed, 1);
    }

    public void CountOperations(int operations)
    {
        if (operations > 0)
        {
            Operations += operations;
            ExpiredMetrics.Count(ExpiredMetrics.Operation, operations);
        }
    }
}
