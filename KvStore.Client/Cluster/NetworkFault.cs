namespace KvStore.Client;

/// <summary>Something that is done on purpose to what a member sends to others and receives from them.</summary>
/// <param name="Id">Of the member's own, from 1 on; never used again while its process lives.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Members">Names of those at the other end; none: all others.</param>
/// <param name="Delay">Of <see cref="NetworkFaultKind.Slow"/>.</param>
/// <param name="Percent">Of <see cref="NetworkFaultKind.Drop"/>.</param>
/// <param name="Began">By the member's clock.</param>
/// <param name="Left">Until it ends by itself.</param>
public sealed record NetworkFault(
    long Id, NetworkFaultKind Kind, IReadOnlyList<string> Members, TimeSpan Delay, int Percent, DateTimeOffset Began, TimeSpan Left)
{
    /// <summary>When it ended; null while it is on.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Whether somebody ended it before it did by itself.</summary>
    public bool IsUndone { get; init; }
}
