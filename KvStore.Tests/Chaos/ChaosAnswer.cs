using KvStore.Tests.Simulation.Histories;

namespace KvStore.Tests.Chaos;

/// <summary>What a client was told.</summary>
/// <param name="Made">The version that a write made; null if it made none or this was not told.</param>
/// <param name="Found">The version found by a read or by a delete of nothing; "0" if the key was never written; null if this was not told.</param>
/// <param name="Value">What a read found; null: no value. Of an increment the sum.</param>
internal sealed record ChaosAnswer(RecordedOutcome Outcome, string? Made = null, string? Found = null, string? Value = null)
{
    /// <summary>Of a key that was never written.</summary>
    public const string NoVersion = "0";

    public static readonly ChaosAnswer NotApplied = new(RecordedOutcome.NotApplied);

    public static readonly ChaosAnswer Unknown = new(RecordedOutcome.Unknown);

    /// <summary>The condition did not hold.</summary>
    public static readonly ChaosAnswer Declined = new(RecordedOutcome.Committed);
}
