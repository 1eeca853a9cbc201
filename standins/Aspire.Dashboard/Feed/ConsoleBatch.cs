namespace Aspire.Dashboard.Feed;

/// <summary>Lines of one resource, in order.</summary>
public sealed record ConsoleBatch(string ResourceId, ConsoleLine[] Lines);
