using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvStore.ServiceDefaults.Health;

/// <summary>Two questions a supervisor asks over HTTP: is the process alive, or should it be killed; can it serve, or should traffic wait.</summary>
/// <remarks>
/// 200 or 503. The body is the overall state and a line for each check that is not healthy: name, state, description.
/// Probes leave no spans and no request metrics, or they would be most of what an idle process exports.
/// </remarks>
internal static class HealthEndpoints
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";
    private const string GrpcPath = "/grpc.health.v1.Health/";
    private const string LiveTag = "live";

    internal static bool IsProbe(string? path) =>
        string.Equals(path, HealthPath, StringComparison.OrdinalIgnoreCase)
        || string.Equals(path, AlivePath, StringComparison.OrdinalIgnoreCase)
        || path?.StartsWith(GrpcPath, StringComparison.Ordinal) == true;

    /// <summary>Adds the check "self", which passes whenever the process can answer at all.</summary>
    internal static void AddLiveness(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck("self", static () => HealthCheckResult.Healthy(), [LiveTag]);

    internal static void MapHealthEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthPath, new HealthCheckOptions { ResponseWriter = WriteAsync }).DisableHttpMetrics().AllowAnonymous();
        app.MapHealthChecks(AlivePath, new HealthCheckOptions
        {
            Predicate = static check => check.Tags.Contains(LiveTag),
            ResponseWriter = WriteAsync,
        }).DisableHttpMetrics().AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        var failing = report.Entries
            .Where(static check => check.Value.Status != HealthStatus.Healthy)
            .Select(static check => $"{check.Key}: {check.Value.Status} {check.Value.Description}".TrimEnd());
        return context.Response.WriteAsync(string.Join('\n', failing.Prepend(report.Status.ToString())), context.RequestAborted);
    }
}
