using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>What a member has done since its start to keep replicas alike.</summary>
public sealed record UpkeepStatus
{
    /// <summary>Committed records it kept for replicas that had not acknowledged them.</summary>
    public required long HintsMade { get; init; }

    /// <summary>Of these, those that reached their replica's disk.</summary>
    public required long HintsDelivered { get; init; }

    /// <summary>Records for which there was no room: comparison finds them.</summary>
    public required long HintsOverflowed { get; init; }

    /// <summary>Hints given up because the owners of their slot changed.</summary>
    public required long HintsDropped { get; init; }

    /// <summary>Records that reads taught to replicas seen below them.</summary>
    public required long ReadRepairs { get; init; }

    /// <summary>Keys that replicas held differently and that were brought together.</summary>
    public required long KeysRepaired { get; init; }

    /// <summary>Of these, those that took a round of consensus.</summary>
    public required long RepairRounds { get; init; }

    /// <summary>Deleted keys that every replica confirmed and was told to forget.</summary>
    public required long TombstonesPurged { get; init; }

    /// <summary>All slots in ranges, with the last agreement about each.</summary>
    public required ImmutableArray<SlotAgreement> Agreements { get; init; }

    /// <summary>The latest repairs, the newest last; a bounded number.</summary>
    public IReadOnlyList<RepairSum> Repairs { get; init; } = [];
}
