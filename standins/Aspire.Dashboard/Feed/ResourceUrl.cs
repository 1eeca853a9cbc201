namespace Aspire.Dashboard.Feed;

/// <summary>Where a resource is reached.</summary>
public sealed record ResourceUrl(string? Name, string Url, string? Text, bool IsInactive, bool IsInternal);
