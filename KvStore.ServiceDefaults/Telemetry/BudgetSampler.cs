using KvStore.ServiceDefaults.Health;
using OpenTelemetry.Trace;

namespace KvStore.ServiceDefaults.Telemetry;

/// <summary>Samples what the budget allows, and never a health probe.</summary>
internal sealed class BudgetSampler(TraceBudget budget) : Sampler
{
    // The tag ASP.NET Core gives a request's span before asking (see TelemetryDefaults).
    private const string PathTag = "url.path";

    private static readonly SamplingResult Sampled = new(SamplingDecision.RecordAndSample);
    private static readonly SamplingResult Dropped = new(SamplingDecision.Drop);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var isReport = false;
        foreach (var (name, value) in samplingParameters.Tags ?? [])
        {
            if (name == PathTag && HealthEndpoints.IsProbe(value as string))
            {
                return Dropped;
            }

            isReport |= name == TraceBudget.ReportTag;
        }

        var parent = samplingParameters.ParentContext;
        return budget.TryBegin(parent) || (isReport && budget.TryReport()) ? Sampled : Dropped;
    }
}
