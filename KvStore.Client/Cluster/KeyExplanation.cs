using System.Collections.Immutable;

namespace KvStore.Client;

/// <summary>Where a key lives and what each of its replicas holds, as the member asked found it just now.</summary>
public sealed record KeyExplanation
{
    /// <summary>The key asked about.</summary>
    public required KvKey Key { get; init; }

    /// <summary>Its slot, 0 to 16383.</summary>
    public required int Slot { get; init; }

    /// <summary>The slot's position on the ring of 2^64.</summary>
    public required ulong Position { get; init; }

    /// <summary>The epoch of the answer.</summary>
    public required long Epoch { get; init; }

    /// <summary>Name of the member that asked the replicas.</summary>
    public required string Coordinator { get; init; }

    /// <summary>The owners of the slot, the first owner first.</summary>
    public required ImmutableArray<ReplicaExplanation> Replicas { get; init; }

    /// <summary>Whether a read at the level asked for finds a value.</summary>
    public required bool Found { get; init; }

    /// <summary>The version such a read finds; empty where it finds none.</summary>
    public required string Version { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The trace to look up; empty where it was not traced.</summary>
    public required string TraceId { get; init; }

    /// <summary>Why such a read is not answered; empty where it is.</summary>
    public required string Error { get; init; }
}
