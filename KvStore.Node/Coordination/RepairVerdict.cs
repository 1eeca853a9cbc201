namespace KvStore.Node.Coordination;

/// <summary>What it takes to bring the replicas of a key together.</summary>
internal enum RepairVerdict
{
    /// <summary>They are alike, or only a tombstone is left that others have purged.</summary>
    Alike,

    /// <summary>Too few answered to tell.</summary>
    Unsettled,

    /// <summary>A chosen record is missing at some.</summary>
    Teach,

    /// <summary>No record is agreed on, or somebody is above it: only a round can tell what is chosen.</summary>
    Round,
}
