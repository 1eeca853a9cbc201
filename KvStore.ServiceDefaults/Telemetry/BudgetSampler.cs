using KvStore.ServiceDefaults.Health;
using OpenTelemetry.Trace;

namespace KvStore.ServiceDefaults.Telemetry;

/// <summary>Samples what the budget allows, never a health probe, and a look at a cluster's state only within a trace.</summary>
internal sealed class BudgetSampler(TraceBudget budget) : Sampler
{
    // The tag ASP.NET Core gives a request's span before asking (see TelemetryDefaults).
    private const string PathTag = "url.path";

    // Asked for every second by whoever watches a cluster, and of interest to nobody afterwards.
    private const string ViewsPath = "/kvstore.v1.Cluster/";

    // Lasts for hours; its operations have spans of their own.
    private const string SessionPath = "/kvstore.v1.Kv/Session";

    private static readonly SamplingResult Sampled = new(SamplingDecision.RecordAndSample);
    private static readonly SamplingResult Dropped = new(SamplingDecision.Drop);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        var isReport = false;
        foreach (var (name, value) in samplingParameters.Tags ?? [])
        {
            if (name == PathTag && (HealthEndpoints.IsProbe(value as string) || (parent.TraceId == default && IsView(value as string))))
            {
                return Dropped;
            }

            isReport |= name == TraceBudget.ReportTag;
        }

        return budget.TryBegin(parent) || (isReport && budget.TryReport()) ? Sampled : Dropped;
    }

    private static bool IsView(string? path) => path?.StartsWith(ViewsPath, StringComparison.Ordinal) == true || path == SessionPath;
}
