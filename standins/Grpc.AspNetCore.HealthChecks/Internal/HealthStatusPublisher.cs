using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.HealthChecks.Internal;

// Tells the health service what the application's own regular run of its checks found; that is how watchers learn of changes.
internal sealed class HealthStatusPublisher(
    HealthServiceImpl statuses, MappedHealth mapped, IOptions<GrpcHealthChecksOptions> options) : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var mapping in options.Value.Services)
        {
            statuses.SetStatus(mapping.Name, mapped.StatusIn(report, mapping));
        }

        return Task.CompletedTask;
    }
}
