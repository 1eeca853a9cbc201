using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KvStore.ServiceDefaults.Telemetry;

/// <summary>
/// How many traces this process may begin: every operation while the load is human, a bounded sample of them when it is not.
/// A trace begun elsewhere and sampled there is always continued.
/// </summary>
/// <remarks>
/// The sampler asks it about each span. Whoever is about to make a span for an operation asks <see cref="Samples"/> before:
/// a span without a local parent that the sampler drops is an object all the same, and one for each of a million operations
/// a second is not affordable. The answer is a peek, so a span may still be dropped when two ask at once.
/// </remarks>
public sealed class TraceBudget
{
    /// <summary>Configuration key of the limit: traces begun a second, -1 for every one, 0 for none.</summary>
    public const string ConfigurationKey = "KvStore:TracesPerSecondMax";

    /// <summary>The limit when none is configured.</summary>
    public const int TracesPerSecondMaxDefault = 500;

    /// <summary>The highest limit; who wants more wants -1.</summary>
    public const int TracesPerSecondMaxMax = 1_000_000;

    /// <summary>
    /// A span with this tag at its creation is a report made afterwards of an operation that failed or was slow, and draws on
    /// a budget of its own, equal to the other: ordinary traces cannot crowd it out and a storm of errors cannot run away.
    /// </summary>
    public const string ReportTag = "kvstore.reported";

    private const int Every = -1;

    // Null when there is no limit, as none is needed for none at all either.
    private readonly RateLimit? _traces;
    private readonly RateLimit? _reports;
    private readonly bool _none;

    /// <summary>Begins with a full budget.</summary>
    public TraceBudget(int tracesPerSecondMax, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tracesPerSecondMax, Every);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tracesPerSecondMax, TracesPerSecondMaxMax);
        _none = tracesPerSecondMax == 0;
        if (tracesPerSecondMax > 0)
        {
            _traces = new RateLimit(tracesPerSecondMax, time);
            _reports = new RateLimit(tracesPerSecondMax, time);
        }
    }

    /// <summary>Whether a span made now under <paramref name="parent"/> would be recorded; default for no parent.</summary>
    public bool Samples(ActivityContext parent) =>
        parent.TraceId != default ? IsSampled(parent) : !_none && (_traces is null || _traces.HasRoom);

    /// <summary>Whether a span with <see cref="ReportTag"/> made now would be recorded.</summary>
    public bool SamplesReport() => !_none && (_reports is null || _reports.HasRoom);

    internal static TraceBudget Read(IConfiguration configuration, TimeProvider time)
    {
        var text = configuration[ConfigurationKey];
        if (string.IsNullOrEmpty(text))
        {
            return new TraceBudget(TracesPerSecondMaxDefault, time);
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit)
            && limit is >= Every and <= TracesPerSecondMaxMax
            ? new TraceBudget(limit, time)
            : throw new OptionsValidationException(
                ConfigurationKey,
                typeof(TraceBudget),
                [$"{ConfigurationKey} is '{text}'; allowed are -1 (every trace), 0 (none) and up to {TracesPerSecondMaxMax} a second."]);
    }

    internal bool TryBegin(ActivityContext parent) =>
        parent.TraceId != default ? IsSampled(parent) : !_none && (_traces is null || _traces.TryTake());

    internal bool TryReport() => !_none && (_reports is null || _reports.TryTake());

    private static bool IsSampled(ActivityContext parent) => (parent.TraceFlags & ActivityTraceFlags.Recorded) != 0;
}
