namespace KvStore.Node.Coordination;

/// <summary>
/// What one lane has done since start to keep replicas alike. Written by the lane; other threads may read values that are a
/// moment old.
/// </summary>
internal sealed class UpkeepFigures
{
    public long HintsMade { get; set; }

    public long HintsDelivered { get; set; }

    /// <summary>Committed records that found no room among the hints.</summary>
    public long HintsOverflowed { get; set; }

    /// <summary>Hints given up because their slot's owners changed.</summary>
    public long HintsDropped { get; set; }

    /// <summary>Records that reads taught to replicas seen below them.</summary>
    public long ReadRepairs { get; set; }

    /// <summary>Keys that anti-entropy found unlike and has brought together, by teaching or by a round.</summary>
    public long KeysRepaired { get; set; }

    /// <summary>Of these: by a round.</summary>
    public long RepairRounds { get; set; }

    /// <summary>The latest of both kinds of repair, by the minute.</summary>
    public RepairLog Repairs { get; } = new();

    /// <summary>Tombstones that every replica confirmed and was then told to purge.</summary>
    public long TombstonesPurged { get; set; }
}
