namespace KvStore.Node.Storage.Log;

/// <summary>What a frame carries. Numbers are written to disk: never reuse one.</summary>
internal enum LogFrameKind : byte
{
    Record = StoreEntryKind.Record,
    Fact = StoreEntryKind.Fact,

    /// <summary>No payload: the last frame of every commit, so that a commit written to its end can be told from a torn one.</summary>
    CommitEnd = 3,

    Purge = StoreEntryKind.Purge,
    Removal = StoreEntryKind.Removal,
}
