namespace KvStore.Node.Coordination;

/// <summary>What became of a tombstone that was to be purged.</summary>
internal enum PurgeOutcome
{
    /// <summary>Every replica confirmed it and was told to purge it.</summary>
    Purged,

    /// <summary>A promise stood in the way; an identity round has put the tombstone above it, under a ballot of its own.</summary>
    Renewed,

    /// <summary>A replica could not be asked, or holds something else, or what it promised may be of a write under way.</summary>
    Left,
}
