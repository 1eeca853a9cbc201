namespace Aspire.Dashboard.Otlp;

/// <summary>What became of a file that was imported.</summary>
/// <param name="Taken">Spans, logs or metrics.</param>
/// <param name="Problem">Why not all of it was; empty if it was.</param>
internal sealed record ImportOutcome(string Name, long Taken, string Problem);
