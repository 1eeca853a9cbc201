namespace Aspire.Dashboard.Feed;

/// <summary>How a command went, and why not.</summary>
public sealed record CommandOutcome(bool Succeeded, string? Message);
