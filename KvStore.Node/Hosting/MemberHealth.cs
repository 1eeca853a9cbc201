using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvStore.Node.Hosting;

/// <summary>Healthy while the member serves.</summary>
internal sealed class MemberHealth(Member member) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(member.IsServing ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"The member is {member.Report().State}."));
}
