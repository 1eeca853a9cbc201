using System.Collections.Immutable;
using Aspire.Dashboard.Display;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Alerting;

/// <summary>
/// How a rule stands, and what that follows from. Each resource that the rule finds is timed by itself, so that two that are bad
/// one after the other are not one that is bad for long; the rule stands as the worst of them.
/// </summary>
public sealed record AlertStatus
{
    /// <summary>How long a rule that fired is shown as resolved, in nanoseconds.</summary>
    public const long ResolvedTime = 5 * 60 * UnixNanos.PerSecond;

    public required AlertRule Rule { get; init; }

    public required AlertState State { get; init; }

    /// <summary>Since when it stands so, nanoseconds since 1970.</summary>
    public required long Since { get; init; }

    /// <summary>What is worst now; null if nothing is known.</summary>
    public AlertReading? Worst { get; init; }

    /// <summary>At whom the condition is met, and since when. As many at most as there are resources.</summary>
    public ImmutableDictionary<string, long> Met { get; init; } = [];

    /// <summary>At how many it has been met for as long as it must.</summary>
    public int FiringTargets { get; init; }

    /// <summary>At whom it is worst; null where that is not known or nowhere.</summary>
    public string? Target => Worst is { Value: null, IsMet: false } ? null : Worst?.Target;

    public string ValueText => Worst switch
    {
        null => "–",
        { Value: { } value } => Figures.Value(value, Worst.Unit) + (Rule.Subject switch
        {
            AlertSubject.MetricRate => " a second",
            AlertSubject.Logs or AlertSubject.FailedSpans => " a minute",
            _ => "",
        }),
        { IsMet: false } => "none",
        _ => Worst.Words,
    };

    public static AlertStatus Begin(AlertRule rule, long now) => new() { Rule = rule, State = rule.IsOn ? AlertState.NoData : AlertState.Off, Since = now };

    /// <summary>How it stands after it was tried once more.</summary>
    public AlertStatus Next(IReadOnlyCollection<AlertReading> readings, long now)
    {
        if (!Rule.IsOn)
        {
            return this;
        }

        var met = readings.Where(reading => reading.IsMet).ToImmutableDictionary(
            reading => reading.Target, reading => Met.GetValueOrDefault(reading.Target, now));
        var firing = met.Where(one => now - one.Value >= Rule.HoldSeconds * UnixNanos.PerSecond).Select(one => one.Key).ToHashSet();
        var state = StateAfter(readings.Count, met.Count, firing.Count, now);
        return this with
        {
            State = state,
            Since = state == State ? Since : now,
            Met = met,
            FiringTargets = firing.Count,
            Worst = readings
                .OrderByDescending(reading => firing.Contains(reading.Target))
                .ThenByDescending(reading => reading.IsMet)
                .ThenByDescending(reading => (Rule.IsBelow ? -reading.Value : reading.Value) ?? 0)
                .ThenBy(reading => reading.Target, StringComparer.Ordinal)
                .FirstOrDefault(),
        };
    }

    private AlertState StateAfter(int readings, int met, int firing, long now) => (readings, met, firing) switch
    {
        (0, _, _) => AlertState.NoData,
        (_, _, > 0) => AlertState.Firing,
        _ when State == AlertState.Firing => AlertState.Resolved,
        (_, > 0, _) => AlertState.Pending,
        _ when State == AlertState.Resolved && now - Since < ResolvedTime => AlertState.Resolved,
        _ => AlertState.Ok,
    };
}
