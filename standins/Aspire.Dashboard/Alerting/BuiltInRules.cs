using System.Collections.Immutable;
using Aspire.Dashboard.Display;

namespace Aspire.Dashboard.Alerting;

/// <summary>
/// The rules that a dashboard begins with: those that suit any application, and those for metrics of a KvStore node, which are
/// without data elsewhere.
/// </summary>
internal static class BuiltInRules
{
    private const string Operations = "kvstore.operation.duration";
    private const string Result = "kvstore.result";

    public static readonly ImmutableArray<AlertRule> All =
    [
        new() { Id = "unhealthy", Name = "A resource is not healthy", Subject = AlertSubject.ResourceUnhealthy, HoldSeconds = 15 },
        new() { Id = "not-running", Name = "A resource does not run", Subject = AlertSubject.ResourceNotRunning, HoldSeconds = 60 },
        new() { Id = "errors", Name = "Errors are logged", Subject = AlertSubject.Logs },
        new() { Id = "failed-spans", Name = "Many spans fail", Subject = AlertSubject.FailedSpans, Threshold = 60, HoldSeconds = 30 },
        new()
        {
            Id = "refused", Name = "Operations are refused", Subject = AlertSubject.MetricRate, Instrument = Operations, HoldSeconds = 10,
            Dimension = new FieldFilter(Result, FilterCondition.Contains, "NotApplied"),
        },
        new()
        {
            Id = "unknown", Name = "Operations end with an unknown outcome", Subject = AlertSubject.MetricRate, Instrument = Operations, HoldSeconds = 10,
            Dimension = new FieldFilter(Result, FilterCondition.Equal, "Unknown"),
        },
        new() { Id = "slow", Name = "Operations are slow", Subject = AlertSubject.MetricP99, Instrument = Operations, Threshold = 0.25, HoldSeconds = 30 },
        new() { Id = "slow-disk", Name = "Commits to disk are slow", Subject = AlertSubject.MetricP99, Instrument = "kvstore.storage.commit.duration", Threshold = 0.25, HoldSeconds = 30 },
        new() { Id = "waiting-disk", Name = "Records wait for the disk", Subject = AlertSubject.MetricValue, Instrument = "kvstore.storage.log.waiting", Threshold = 10_000, HoldSeconds = 15 },
        new() { Id = "hints", Name = "Hints wait for long", Subject = AlertSubject.MetricValue, Instrument = "kvstore.hints.waiting", HoldSeconds = 300 },
        new() { Id = "lost-hints", Name = "Hints find no room", Subject = AlertSubject.MetricRate, Instrument = "kvstore.hints.overflowed" },
        new()
        {
            Id = "dead", Name = "A member is seen dead", Subject = AlertSubject.MetricValue, Instrument = "kvstore.members", HoldSeconds = 30,
            Dimension = new FieldFilter("kvstore.liveness", FilterCondition.Equal, "dead"),
        },
        new() { Id = "late", Name = "Work is dropped because it came too late", Subject = AlertSubject.MetricRate, Instrument = "kvstore.expired", HoldSeconds = 10 },
    ];

    public static AlertRule? Find(string id) => All.FirstOrDefault(rule => rule.Id == id);
}
