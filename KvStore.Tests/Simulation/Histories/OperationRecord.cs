using System.Globalization;

namespace KvStore.Tests.Simulation.Histories;

/// <summary>
/// One operation as its client saw it, in a simulated run or a live one. States are named by their versions: every write
/// that changes something answers the version it made, every read the version it found (a deleted key has one too).
/// Values are unique: no two writes of a key write the same one, except that counters hold numbers.
/// </summary>
internal sealed record OperationRecord
{
    /// <summary>The version of a key that was never written, and "no version" where none was made.</summary>
    public static readonly UInt128 NoVersion = UInt128.Zero;

    public required string Key { get; init; }

    public required OperationKind Kind { get; init; }

    /// <summary>When it was called; any clock, as long as it is one for the whole history.</summary>
    public required long Start { get; init; }

    /// <summary>When it was answered. Without meaning if the outcome is unknown.</summary>
    public required long Finish { get; init; }

    public required RecordedOutcome Outcome { get; init; }

    /// <summary>What a put or a compare-and-set writes; of an increment that was answered, the sum.</summary>
    public string? Written { get; init; }

    /// <summary>The version of the state it made; none if it made none, or did not answer.</summary>
    public UInt128 WrittenVersion { get; init; }

    /// <summary>
    /// Compare-and-set: the version that had to be there, one that some recorded answer gave; null: there had to be nothing.
    /// </summary>
    public UInt128? Expected { get; init; }

    /// <summary>What an increment adds.</summary>
    public long By { get; init; }

    /// <summary>
    /// The version found by a read, by a compare-and-set whose condition did not hold, by a delete of nothing. Null: not told.
    /// </summary>
    public UInt128? ObservedVersion { get; init; }

    /// <summary>The value found; null: nothing.</summary>
    public string? ObservedValue { get; init; }

    /// <summary>The end of the time in which it can take effect.</summary>
    public long Deadline => Outcome == RecordedOutcome.Unknown ? long.MaxValue : Finish;

    /// <summary>Did it change the state, as far as the client knows?</summary>
    public bool HasWritten => Outcome == RecordedOutcome.Committed && WrittenVersion != NoVersion;

    /// <summary>May it have changed the state, though nobody was told?</summary>
    public bool MayHaveWritten => Outcome == RecordedOutcome.Unknown && Kind != OperationKind.Read;

    public override string ToString()
    {
        var subject = Kind switch
        {
            OperationKind.Increment => string.Create(CultureInfo.InvariantCulture, $"by {By} to {Written ?? "?"}"),
            OperationKind.CompareAndSet => string.Create(CultureInfo.InvariantCulture, $"{(Expected is { } expected ? $"v{expected:x}" : "nothing")} -> {Written}"),
            _ => Written ?? "",
        };
        var found = ObservedVersion is { } version ? string.Create(CultureInfo.InvariantCulture, $" found {ObservedValue ?? "nothing"}@v{version:x}") : "";
        var made = WrittenVersion == NoVersion ? "" : string.Create(CultureInfo.InvariantCulture, $" made v{WrittenVersion:x}");
        var end = Outcome == RecordedOutcome.Unknown ? "?" : Finish.ToString(CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"[{Start}, {end}] {Kind} {Key} {subject}{found}{made} {Outcome}");
    }
}
