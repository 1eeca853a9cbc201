using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks.Internal;

// What the checks that are mapped to a service amount to.
internal sealed class MappedHealth(Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckService checks)
{
    public async Task<ServingStatus> CheckAsync(ServiceMapping mapping, CancellationToken cancellationToken)
    {
        var chosen = mapping.HealthCheckPredicate;
        var report = await checks.CheckHealthAsync(
            chosen is null ? null : check => chosen(new HealthCheckMapContext(check.Name, check.Tags)), cancellationToken);
        return StatusIn(report, mapping);
    }

    public ServingStatus StatusIn(HealthReport report, ServiceMapping mapping)
    {
        var found = report.Entries.Where(entry => IsMapped(entry.Key, entry.Value, mapping)).Select(entry => entry.Value.Status).ToList();
        return found.Count == 0 ? ServingStatus.Unknown
            : found.Contains(HealthStatus.Unhealthy) ? ServingStatus.NotServing
            : ServingStatus.Serving;
    }

    private static bool IsMapped(string name, HealthReportEntry entry, ServiceMapping mapping) =>
        mapping.HealthCheckPredicate is { } ofChecks
            ? ofChecks(new HealthCheckMapContext(name, entry.Tags))
            : mapping.Predicate!(new HealthResult(
                name, entry.Tags, entry.Status, entry.Description, entry.Duration, entry.Exception, entry.Data));
}
