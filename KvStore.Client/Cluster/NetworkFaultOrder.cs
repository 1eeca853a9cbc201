namespace KvStore.Client;

/// <summary>What is to be done on purpose to the network of the member that is asked.</summary>
/// <param name="Kind">What.</param>
public sealed record NetworkFaultOrder(NetworkFaultKind Kind)
{
    /// <summary>Names or identities of the members at the other end; none: all others, as always with <see cref="NetworkFaultKind.Pause"/>.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Of <see cref="NetworkFaultKind.Slow"/>: up to ten seconds.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Of <see cref="NetworkFaultKind.Drop"/>: 1 to 100.</summary>
    public int Percent { get; init; }

    /// <summary>Until it ends by itself: whole seconds, up to an hour.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromMinutes(5);
}
