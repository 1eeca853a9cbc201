using Aspire.Dashboard.Replay;

namespace Aspire.Dashboard.Alerting;

/// <summary>Where that is seen which a rule speaks of.</summary>
internal static class AlertLinks
{
    public static string Of(AlertStatus status)
    {
        var target = status.Target ?? status.Rule.Resource;
        var resource = target is null ? "" : $"resource={Uri.EscapeDataString(target)}&";
        return status.Rule.Subject switch
        {
            AlertSubject.Logs => $"/logs?{resource}level={status.Rule.Level}",
            AlertSubject.FailedSpans => $"/traces?{resource}errors=true",
            AlertSubject.ResourceUnhealthy or AlertSubject.ResourceNotRunning => target is null ? "/" : $"/?selected={Uri.EscapeDataString(target)}",
            _ => $"/metrics?{resource}instrument={Uri.EscapeDataString(status.Rule.Instrument ?? "")}",
        };
    }

    /// <summary>What led to a change, to be played back.</summary>
    public static string ReplayOf(AlertChange change)
    {
        var (status, clock) = (change.Status, ReplayClock.TextAround(change.Time, change.Time));
        return status.Rule.IsOfResource
            ? $"/logs?resource={Uri.EscapeDataString(status.Worst?.Target ?? "")}&replay={clock}"
            : $"{Of(status)}&replay={clock}";
    }

    /// <summary>What the link leads to.</summary>
    public static string NameOf(AlertSubject subject) => subject switch
    {
        AlertSubject.Logs => "Logs",
        AlertSubject.FailedSpans => "Traces",
        AlertSubject.ResourceUnhealthy or AlertSubject.ResourceNotRunning => "Resource",
        _ => "Chart",
    };
}
