namespace KvStore.Client;

/// <summary>How much a member has to do, and what it does about it. Counts are since start.</summary>
public sealed record LoadStatus
{
    /// <summary>Operations of clients that it lets in at once now.</summary>
    public int OperationsLimit { get; init; }

    /// <summary>Operations that it refused as overloaded.</summary>
    public long OperationsRefused { get; init; }

    /// <summary>Inputs that wait for its lanes now.</summary>
    public int InputsWaiting { get; init; }

    /// <summary>How long requests wait for a lane.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>How long an append takes until it is on disk.</summary>
    public TimeSpan Disk { get; init; }

    /// <summary>Requests sent to the rest because those asked first took long.</summary>
    public long HedgesSent { get; init; }

    /// <summary>Phases that the answer to one of them ended.</summary>
    public long HedgesWon { get; init; }

    /// <summary>Work of any kind dropped before it ran because nobody waited for it any more.</summary>
    public long Expired { get; init; }
}
