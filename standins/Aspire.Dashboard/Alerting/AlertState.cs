namespace Aspire.Dashboard.Alerting;

/// <summary>How a rule stands.</summary>
public enum AlertState
{
    /// <summary>Nothing is known that the rule could be tried on.</summary>
    NoData,

    /// <summary>It was tried, and does not hold.</summary>
    Ok,

    /// <summary>It holds, not yet for as long as it must.</summary>
    Pending,

    Firing,

    /// <summary>It was firing a short time ago.</summary>
    Resolved,

    /// <summary>It is switched off.</summary>
    Off,
}
