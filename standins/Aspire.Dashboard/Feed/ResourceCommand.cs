namespace Aspire.Dashboard.Feed;

/// <summary>Something a person can have done to a resource.</summary>
/// <param name="Confirmation">Asked before; null if nothing is.</param>
public sealed record ResourceCommand(string Name, string DisplayName, string? Description, string? Confirmation, bool IsEnabled, bool IsHighlighted);
