using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvStore.Client.Hosting;

/// <summary>Healthy while a node answers.</summary>
/// <param name="client">Asked for at each check: one that cannot be made is a report like any other.</param>
internal sealed class KvClientHealthCheck(Func<KvClient> client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            MemberStatus status = await client().Cluster.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy($"{status.Name} answers and is {status.State}.");
        }
        catch (Exception problem) when (problem is KvException or InvalidOperationException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, problem.Message, problem);
        }
    }
}
