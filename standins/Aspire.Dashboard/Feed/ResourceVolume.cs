namespace Aspire.Dashboard.Feed;

/// <summary>A directory that a resource sees.</summary>
public sealed record ResourceVolume(string? Source, string Target, string MountType, bool IsReadOnly);
