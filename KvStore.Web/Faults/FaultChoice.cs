using System.Collections.Immutable;

namespace KvStore.Web.Faults;

/// <summary>What somebody chose to do to members.</summary>
/// <param name="Members">Names of those it is done to.</param>
/// <param name="Others">Names of those at the other end; none: all that are not chosen.</param>
public sealed record FaultChoice(FaultAction Action, ImmutableArray<string> Members, ImmutableArray<string> Others)
{
    public const int DelayMillisecondsMax = 10_000;
    public const int PercentMax = 100;
    public const int MinutesMax = 60;

    public int DelayMilliseconds { get; init; } = 200;

    public int Percent { get; init; } = 30;

    public int Minutes { get; init; } = 5;
}
