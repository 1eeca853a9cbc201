namespace KvStore.Client;

/// <summary>What one replica holds for a key.</summary>
/// <param name="MemberId">The member's identity.</param>
/// <param name="Name">The member's name.</param>
/// <param name="State"><c>value</c>, <c>tombstone</c>, <c>nothing</c>, <c>absent</c> or <c>unreachable</c>.</param>
/// <param name="Ballot">Under which its state was accepted; empty where it holds none.</param>
/// <param name="Version">Of its state; empty where it holds none.</param>
/// <param name="ValueLength">Bytes of the value.</param>
/// <param name="ExpiresAt">When the value will be gone; null if it does not expire.</param>
/// <param name="Elapsed">How long its answer took, measured by the coordinator.</param>
public sealed record ReplicaExplanation(
    string MemberId,
    string Name,
    string State,
    string Ballot,
    string Version,
    long ValueLength,
    DateTimeOffset? ExpiresAt,
    TimeSpan Elapsed)
{
    /// <summary>The first bytes of the value, 4096 at most.</summary>
    public ReadOnlyMemory<byte> ValueStart { get; init; }
}
