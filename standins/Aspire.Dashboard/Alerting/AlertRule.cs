using System.Text.Json.Serialization;
using Aspire.Dashboard.Display;

namespace Aspire.Dashboard.Alerting;

/// <summary>A condition that somebody wants to be told of, and for how long it must hold.</summary>
public sealed record AlertRule
{
    public const int NameLengthMax = 100;
    public const int TextLengthMax = 200;
    public const int HoldSecondsMax = 24 * 60 * 60;

    /// <summary>Names it in addresses; never changes.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public bool IsOn { get; init; } = true;

    public required AlertSubject Subject { get; init; }

    /// <summary>A service or a resource; null for each of all.</summary>
    public string? Resource { get; init; }

    /// <summary>Name of a metric; null where something else is watched.</summary>
    public string? Instrument { get; init; }

    /// <summary>Which series of the metric; null for all.</summary>
    public FieldFilter? Dimension { get; init; }

    /// <summary>Of logs, the lowest that counts.</summary>
    public LogLevel Level { get; init; } = LogLevel.Error;

    /// <summary>Whether it is met below the threshold, not above it.</summary>
    public bool IsBelow { get; init; }

    /// <summary>In the unit of what is watched.</summary>
    public double Threshold { get; init; }

    /// <summary>How long it must be met before it fires.</summary>
    public int HoldSeconds { get; init; }

    [JsonIgnore]
    public bool IsOfMetric => Subject is AlertSubject.MetricValue or AlertSubject.MetricRate or AlertSubject.MetricP99;

    [JsonIgnore]
    public bool IsOfResource => Subject is AlertSubject.ResourceUnhealthy or AlertSubject.ResourceNotRunning;

    /// <summary>Why it cannot be used, as a sentence; null if it can.</summary>
    [JsonIgnore]
    public string? Problem => this switch
    {
        { Id: not { Length: > 0 and <= TextLengthMax } } => "A rule has an id.",
        _ when string.IsNullOrWhiteSpace(Name) => "A rule has a name.",
        { Name.Length: > NameLengthMax } => $"A name has at most {NameLengthMax} characters.",
        _ when !Enum.IsDefined(Subject) || !Enum.IsDefined(Level) || (Dimension is { } one && !Enum.IsDefined(one.Condition)) => "There is no such thing to watch.",
        { IsOfMetric: true } when string.IsNullOrWhiteSpace(Instrument) => "A rule on a metric names it.",
        { Instrument.Length: > TextLengthMax } or { Resource.Length: > TextLengthMax } or { Dimension.Field.Length: > TextLengthMax } or { Dimension.Value.Length: > TextLengthMax } =>
            $"A text has at most {TextLengthMax} characters.",
        _ when !double.IsFinite(Threshold) => "The number is not one.",
        { HoldSeconds: < 0 or > HoldSecondsMax } => $"It must hold for 0 to {HoldSecondsMax} seconds.",
        _ => null,
    };

    public bool IsMetBy(double value) => IsBelow ? value < Threshold : value > Threshold;

    /// <summary>The condition in words.</summary>
    /// <param name="unit">Of the value; empty where it is not known.</param>
    public string Describe(string unit)
    {
        var hold = HoldSeconds == 0 ? "" : $" for {Figures.Duration(HoldSeconds * Telemetry.UnixNanos.PerSecond)}";
        var whose = Resource is null ? "" : $" of {Resource}";
        var series = Dimension is null ? "" : $" where {Dimension.Field} {FieldFilter.Words[Dimension.Condition]} {Dimension.Value}";
        var condition = $" {(IsBelow ? "below" : "above")} {Figures.Value(Threshold, unit)}";
        return Subject switch
        {
            AlertSubject.MetricValue => $"{Instrument}{whose}{series}{condition}{hold}",
            AlertSubject.MetricRate => $"{Instrument}{whose}{series}{condition} a second{hold}",
            AlertSubject.MetricP99 => $"P99 of {Instrument}{whose}{series}{condition}{hold}",
            AlertSubject.Logs => $"logs of level {Level} and up{whose}{condition} a minute{hold}",
            AlertSubject.FailedSpans => $"spans with errors{whose}{condition} a minute{hold}",
            AlertSubject.ResourceUnhealthy => $"{Resource ?? "a resource"} not healthy{hold}",
            _ => $"{Resource ?? "a resource"} not running{hold}",
        };
    }
}
