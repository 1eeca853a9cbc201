namespace Aspire.Dashboard.Otlp;

/// <summary>What became of a request that could be read: how much of it is not kept, and why the first of it is not.</summary>
internal readonly record struct IntakeResult(long Rejected, string Why);
