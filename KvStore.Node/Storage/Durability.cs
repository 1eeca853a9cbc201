namespace KvStore.Node.Storage;

/// <summary>What an acknowledgement means for the disk.</summary>
internal enum Durability : byte
{
    /// <summary>The record is on disk.</summary>
    Commit,

    /// <summary>It will be within a configured time.</summary>
    Interval,

    /// <summary>It will be whenever the system writes it.</summary>
    None,
}
