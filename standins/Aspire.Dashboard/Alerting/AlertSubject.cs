namespace Aspire.Dashboard.Alerting;

/// <summary>What a rule watches. Rates, percentiles and counts are those of the last minute.</summary>
public enum AlertSubject
{
    /// <summary>A gauge or a total that goes up and down, its series added up.</summary>
    MetricValue,

    /// <summary>Of a counter, or of how often a histogram was measured: a second.</summary>
    MetricRate,

    /// <summary>Below which 99 of 100 measurements of a histogram lie.</summary>
    MetricP99,

    /// <summary>Logs of a level and above, a minute.</summary>
    Logs,

    /// <summary>Spans that ended with an error, a minute.</summary>
    FailedSpans,

    /// <summary>A resource that runs, and whose health is not good.</summary>
    ResourceUnhealthy,

    /// <summary>A resource that was started and does not run: it ended, was stopped, or does not come up.</summary>
    ResourceNotRunning,
}
