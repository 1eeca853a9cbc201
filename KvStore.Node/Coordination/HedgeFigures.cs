namespace KvStore.Node.Coordination;

/// <summary>What one lane has hedged since start. Written by the lane; other threads may read values that are a moment old.</summary>
internal sealed class HedgeFigures
{
    /// <summary>Reads and prepares that were sent because the answers of those asked first took long.</summary>
    public long Sent { get; set; }

    /// <summary>Phases that such an answer has ended sooner.</summary>
    public long Won { get; set; }

    /// <summary>Times that the budget did not allow it.</summary>
    public long Denied { get; set; }

    /// <summary>Requests to replicas that nobody would ask otherwise, to see whether they have recovered.</summary>
    public long Probes { get; set; }
}
