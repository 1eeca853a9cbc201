using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvStore.Node.Hosting;

/// <summary>Healthy while the member serves.</summary>
internal sealed class MemberHealth(MemberHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (host.Parts?.Member is not { } member)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy($"The node is in no cluster yet: {host.Reason}."));
        }

        if (member.IsServing)
        {
            return Task.FromResult(HealthCheckResult.Healthy());
        }

        MemberReport report = member.Report();
        string reason = report.Reason.Length > 0 ? $": {report.Reason}" : "";
        return Task.FromResult(HealthCheckResult.Unhealthy($"The member is {report.State}{reason}."));
    }
}
