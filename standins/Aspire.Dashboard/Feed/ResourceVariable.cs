namespace Aspire.Dashboard.Feed;

/// <summary>A variable of the environment: the AppHost's doing, or inherited.</summary>
public sealed record ResourceVariable(string Name, string? Value, bool IsFromSpec);
