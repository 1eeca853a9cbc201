namespace Aspire.Dashboard.Feed;

/// <summary>What a health check found last; without a status it has not run.</summary>
public sealed record ResourceHealthReport(string Name, string? Status, string? Description, string? Exception, DateTime? LastRun);
