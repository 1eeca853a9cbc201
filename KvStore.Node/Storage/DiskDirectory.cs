namespace KvStore.Node.Storage;

/// <summary>
/// A directory of a store, by which all its files are made, opened, renamed and deleted: nothing of a store reaches the disk but
/// through here and <see cref="DiskFile"/>. What has to survive a power cut is followed by <see cref="Sync"/>.
/// </summary>
/// <param name="isReadOnly">Files in it can only be read, and nothing can be made, renamed or deleted.</param>
internal sealed class DiskDirectory(string path, DiskObserver? observer = null, bool isReadOnly = false)
{
    public string Path { get; } = path;

    public bool IsReadOnly { get; } = isReadOnly;

    public bool Exists => Directory.Exists(Path);

    /// <summary>The full path of something in it.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public DiskDirectory Sub(string name) => new(PathOf(name), observer, IsReadOnly);

    public bool HasFile(string name) => File.Exists(PathOf(name));

    /// <summary>Names of its files. A directory that is gone has none: whether that is a loss, whoever needs one says by its name.</summary>
    public IEnumerable<string> Files() => Exists ? Directory.EnumerateFiles(Path).Select(file => System.IO.Path.GetFileName(file)) : [];

    /// <summary>Names of its directories.</summary>
    public IEnumerable<string> Directories() => Directory.EnumerateDirectories(Path).Select(each => System.IO.Path.GetFileName(each));

    /// <summary>Makes it, and those above it, if it is not there.</summary>
    public void Create() => Observed(new DiskOperation(DiskOperationKind.CreateDirectory, Path), () => Directory.CreateDirectory(Path));

    public void Sync() => Observed(new DiskOperation(DiskOperationKind.SyncDirectory, Path), () => DiskSync.Directory(Path));

    /// <summary>Deletes it with all that is in it, one by one; if it is there.</summary>
    public void Delete()
    {
        if (!Exists)
        {
            return;
        }

        foreach (string name in Files().ToList())
        {
            DeleteFile(name);
        }

        foreach (string name in Directories().ToList())
        {
            Sub(name).Delete();
        }

        Observed(new DiskOperation(DiskOperationKind.DeleteDirectory, Path), () => Directory.Delete(Path));
    }

    public void RenameDirectory(string name, string newName) => Observed(
        new DiskOperation(DiskOperationKind.RenameDirectory, PathOf(name), PathOf(newName)),
        () => Directory.Move(PathOf(name), PathOf(newName)));

    /// <summary>Puts a file in the place of whatever file has the new name: one or the other is there at any moment.</summary>
    public void RenameFile(string name, string newName) => Observed(
        new DiskOperation(DiskOperationKind.RenameFile, PathOf(name), PathOf(newName)),
        () => File.Move(PathOf(name), PathOf(newName), overwrite: true));

    public void DeleteFile(string name) => Observed(new DiskOperation(DiskOperationKind.DeleteFile, PathOf(name)), () => File.Delete(PathOf(name)));

    /// <summary>Makes a file, or empties the one there is.</summary>
    public DiskFile CreateFile(string name) => Open(DiskOperationKind.CreateFile, name, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);

    /// <summary>Opens a file that is there, to read and, unless the directory is read only, to write.</summary>
    public DiskFile OpenFile(string name) => IsReadOnly
        ? OpenRead(name)
        : Open(DiskOperationKind.OpenFile, name, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);

    public DiskFile OpenRead(string name) => Open(DiskOperationKind.OpenFile, name, FileMode.Open, FileAccess.Read, FileShare.Read);

    /// <summary>Opens or makes a file that nobody else has open this way. The system lets go of it when the process ends, however it ends.</summary>
    /// <exception cref="IOException">When somebody has.</exception>
    public DiskFile OpenExclusive(string name) => IsReadOnly
        ? Open(DiskOperationKind.OpenFile, name, FileMode.Open, FileAccess.Read, FileShare.None)
        : Open(HasFile(name) ? DiskOperationKind.OpenFile : DiskOperationKind.CreateFile, name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private DiskFile Open(DiskOperationKind kind, string name, FileMode mode, FileAccess access, FileShare share)
    {
        string file = PathOf(name);
        RequireWritable(kind);
        if (observer is null)
        {
            return new DiskFile(file, File.OpenHandle(file, mode, access, share), null);
        }

        lock (observer.Gate)
        {
            observer.Before(new DiskOperation(kind, file), []);
            return new DiskFile(file, File.OpenHandle(file, mode, access, share), observer);
        }
    }

    private void Observed(in DiskOperation operation, Action action)
    {
        RequireWritable(operation.Kind);
        if (observer is null)
        {
            action();
            return;
        }

        lock (observer.Gate)
        {
            observer.Before(operation, []);
            action();
        }
    }

    private void RequireWritable(DiskOperationKind kind)
    {
        if (IsReadOnly && kind != DiskOperationKind.OpenFile)
        {
            throw new UnauthorizedAccessException($"{Path} was opened to be read, and was about to be changed ({kind}).");
        }
    }
}
