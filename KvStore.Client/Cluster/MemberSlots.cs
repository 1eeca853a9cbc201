using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>What each slot holds at a member, and what clients asked of it through that member. Arrays hold one figure a slot, 0 to 16383.</summary>
public sealed record MemberSlots
{
    /// <summary>The member's identity.</summary>
    public required string Id { get; init; }

    /// <summary>The member's name.</summary>
    public required string Name { get; init; }

    /// <summary>The epoch it is in.</summary>
    public required long Epoch { get; init; }

    /// <summary>How often it has started; with another number what it counts has begun anew.</summary>
    public required long BootCount { get; init; }

    /// <summary>Keys with a value; 0 for slots that the member does not own.</summary>
    public required ImmutableArray<long> Keys { get; init; }

    /// <summary>Deleted keys that are not purged yet.</summary>
    public required ImmutableArray<long> Tombstones { get; init; }

    /// <summary>Bytes of keys and values.</summary>
    public required ImmutableArray<long> ValueBytes { get; init; }

    /// <summary>Reads of clients that the member coordinated since it started, whoever owns the slot.</summary>
    public required ImmutableArray<long> Reads { get; init; }

    /// <summary>Writes likewise.</summary>
    public required ImmutableArray<long> Writes { get; init; }

    /// <summary>Keys asked for most through the member in the last seconds, the first the most often.</summary>
    public required ImmutableArray<HotKey> Hottest { get; init; }
}
