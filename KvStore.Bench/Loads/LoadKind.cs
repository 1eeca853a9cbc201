namespace KvStore.Bench.Loads;

/// <summary>What callers do, one call after the other.</summary>
internal enum LoadKind
{
    /// <summary>Puts of keys taken at random.</summary>
    Put,

    /// <summary>Gets of keys taken at random.</summary>
    Get,

    /// <summary>Deletes of a key that the caller put just before, which is not timed.</summary>
    Delete,

    /// <summary>Puts of one key by everybody.</summary>
    PutOneKey,
}
