namespace KvStore.Node.Storage;

/// <summary>What is done to the disk.</summary>
internal enum DiskOperationKind
{
    CreateDirectory,
    DeleteDirectory,
    RenameDirectory,

    /// <summary>Makes the directory's entries durable, not what is in the files.</summary>
    SyncDirectory,

    /// <summary>Makes a file, or empties the one there is.</summary>
    CreateFile,

    /// <summary>Opens a file that is there.</summary>
    OpenFile,
    RenameFile,
    DeleteFile,
    Write,
    SetLength,

    /// <summary>Makes a file's bytes durable, not its entry in the directory.</summary>
    SyncFile,
    Read,
}
