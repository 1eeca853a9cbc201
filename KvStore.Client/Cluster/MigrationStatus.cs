using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>What slots move to a member while owners change; afterwards what moved the last time.</summary>
public sealed record MigrationStatus
{
    /// <summary>Whether a change of owners is under way.</summary>
    public bool IsMoving { get; init; }

    /// <summary>Of the change that the figures are about; 0 if there was none since start.</summary>
    public long Epoch { get; init; }

    /// <summary>Slots that this member is to own.</summary>
    public int Slots { get; init; }

    /// <summary>Of them, those that it holds all it needs of, durably.</summary>
    public int SlotsComplete { get; init; }

    /// <summary>Of all members: slots of which no majority of the next owners is complete; null while that is not known there.</summary>
    public int? SlotsMissing { get; init; }

    /// <summary>Records taken over.</summary>
    public long Keys { get; init; }

    /// <summary>Bytes of their keys and values.</summary>
    public long Bytes { get; init; }

    /// <summary>How fast they come.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Until this member is complete; null while that cannot be told.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>By old owner.</summary>
    public ImmutableArray<MigrationSource> Sources { get; init; } = [];
}
