namespace Aspire.Dashboard.Feed;

/// <summary>Something a resource shows of itself.</summary>
public sealed record ResourceProperty(string Name, string Value, bool IsSensitive);
