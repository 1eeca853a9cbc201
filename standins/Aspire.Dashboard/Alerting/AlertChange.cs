namespace Aspire.Dashboard.Alerting;

/// <summary>That a rule came to stand otherwise.</summary>
/// <param name="Number">From 1, one more with each change.</param>
/// <param name="Time">Nanoseconds since 1970.</param>
/// <param name="Status">How it stands since then.</param>
/// <param name="Before">How it stood.</param>
public sealed record AlertChange(long Number, long Time, AlertStatus Status, AlertState Before);
