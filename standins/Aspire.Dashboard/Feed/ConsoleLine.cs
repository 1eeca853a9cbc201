namespace Aspire.Dashboard.Feed;

/// <summary>A line that a resource wrote; its text begins with the time it was received.</summary>
public sealed record ConsoleLine(int Number, string Text, bool IsError);
