using System.Collections.Immutable;
using Aspire.Dashboard.Feed;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Alerting;

/// <summary>Tries a rule on what is kept, at a moment: one reading for each resource that it has to do with, none where nothing is known.</summary>
internal static class AlertReadings
{
    /// <summary>In which logs and spans are counted, in nanoseconds.</summary>
    private const long Window = MetricReading.Window;

    public static ImmutableArray<AlertReading> Of(AlertRule rule, TelemetryStore store, ImmutableArray<ResourceState> resources, long now) => rule.Subject switch
    {
        AlertSubject.Logs => Counts(rule, store, store.Logs.All()
            .Where(log => log.Level >= rule.Level && log.Level < LogLevel.None && IsRecent(log.Time, now)).Select(log => log.Resource)),
        AlertSubject.FailedSpans => Counts(rule, store, store.Traces.Newest()
            .Where(trace => trace.Errors > 0 && trace.End > now - Window)
            .SelectMany(trace => trace.Spans).Where(span => span.IsError && IsRecent(span.End, now)).Select(span => span.Resource)),
        AlertSubject.ResourceUnhealthy => States(rule, resources, state => state.State == "Running", state => state.Health is not (null or "Healthy"), state => state.Health!),
        AlertSubject.ResourceNotRunning => States(
            rule, resources, state => state.State is not (null or "NotStarted"), state => state.State != "Running", state => state.State + (state.ExitCode is { } code ? $" ({code})" : "")),
        _ => Metrics(rule, store, now),
    };

    private static bool IsRecent(long time, long now) => time > now - Window && time <= now;

    private static ImmutableArray<AlertReading> Counts(AlertRule rule, TelemetryStore store, IEnumerable<TelemetryResource> found)
    {
        var counts = found.CountBy(resource => resource.Service, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. store.Resources.All.Where(resource => Wants(rule, resource)).Select(resource => resource.Service).Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(service => Reading(rule, service, counts.GetValueOrDefault(service), "")),
        ];
    }

    private static ImmutableArray<AlertReading> Metrics(AlertRule rule, TelemetryStore store, long now) =>
    [
        .. from instrument in store.Metrics.Instruments()
        where instrument.Id.Name == rule.Instrument && Wants(rule, instrument.Id.Resource)
        group instrument by instrument.Id.Resource.Service into service
        let first = service.First()
        // Of several meters with such a metric the first: they count the same, or do not belong together.
        let series = service.Where(one => one.Id.Meter == first.Id.Meter && one.Kind == first.Kind).SelectMany(one => store.Metrics.Series(one.Id)).ToList()
        let value = MetricReading.Of(rule.Subject, first.Kind, series, rule.Dimension, now)
        where value is not null
        select Reading(rule, service.Key, value.Value, first.Kind == InstrumentKind.Histogram && rule.Subject == AlertSubject.MetricRate ? "" : first.Unit),
    ];

    private static ImmutableArray<AlertReading> States(
        AlertRule rule, ImmutableArray<ResourceState> resources, Func<ResourceState, bool> isTried, Func<ResourceState, bool> isMet, Func<ResourceState, string> words) =>
    [
        .. resources
            .Where(state => !state.IsHidden && isTried(state)
                && (rule.Resource is null || Names(rule.Resource, state.Name) || Names(rule.Resource, state.Id)))
            .DistinctBy(state => state.Id, StringComparer.OrdinalIgnoreCase)
            .Select(state => new AlertReading(state.Id, null, "", isMet(state), isMet(state) ? words(state) : state.Health ?? state.State!)),
    ];

    private static AlertReading Reading(AlertRule rule, string target, double value, string unit) => new(target, value, unit, rule.IsMetBy(value));

    private static bool Wants(AlertRule rule, TelemetryResource resource) => rule.Resource is null || resource.IsNamed(rule.Resource);

    private static bool Names(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
