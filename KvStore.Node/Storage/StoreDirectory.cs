using System.Globalization;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage;

/// <summary>
/// A member's data directory: who owns it, whether it is in use, and its making, which a crash leaves undone or whole.
/// <code>
/// lock, pid           held by the process that has the store open; its number
/// store/superblock.*  what the log must hold, twice
/// store/log/          segments of the write-ahead log: the truth
/// store/data/         the data log's cold part: rebuilt from the log when the store is opened
/// </code>
/// </summary>
internal sealed class StoreDirectory : IDisposable
{
    private const string LockName = "lock";
    private const string PidName = "pid";
    private const string StoreName = "store";
    private const string UnfinishedName = "store.new";
    private const string LogName = "log";
    private const string DataName = "data";

    // What may lie in a directory without a store: remains of our own, and what a new file system brings along.
    private static readonly string[] Ignored = [LockName, PidName, UnfinishedName, "lost+found"];

    private readonly string _root;
    private readonly FileStream _lock;

    private StoreDirectory(string root, FileStream lockFile)
    {
        _root = root;
        _lock = lockFile;
    }

    public string Store => Path.Combine(_root, StoreName);

    public string Log => Path.Combine(Store, LogName);

    public string Data => Path.Combine(Store, DataName);

    /// <summary>Locks the directory and makes a store in it if there is none.</summary>
    /// <exception cref="StoreRefusal">When it is in use, not ours, not a store's, or cannot be read or written.</exception>
    public static StoreDirectory Open(StoreOptions options)
    {
        string root = Path.GetFullPath(options.Directory);
        StoreDirectory? directory = null;
        try
        {
            MakeRoot(root);
            directory = new StoreDirectory(root, TakeLock(root));
            directory.WritePid();
            if (!Directory.Exists(directory.Store))
            {
                directory.Create(options);
            }

            return directory;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            directory?.Dispose();
            throw CannotUse(root, exception);
        }
        catch (StoreRefusal)
        {
            directory?.Dispose();
            throw;
        }
    }

    /// <summary>The superblock, which must be this member's.</summary>
    public Superblock ReadSuperblock(StoreOptions options)
    {
        Superblock superblock = SuperblockCopies.Read(Store);
        if (superblock.Cluster != options.Cluster || superblock.Member != options.Member)
        {
            throw new StoreRefusal(
                $"The data directory {_root} belongs to member {superblock.Member} of cluster {superblock.Cluster}, "
                + $"not to member {options.Member} of cluster {options.Cluster}. "
                + "Point the member at its own data directory, or at an empty one to make it a new member.");
        }

        return superblock;
    }

    /// <summary>An empty directory for the data log, whatever was in it.</summary>
    public void EmptyData()
    {
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }

        Directory.CreateDirectory(Data);
    }

    /// <summary>Bytes of all its files; 0 when they cannot be listed, which is not what a status should fail for.</summary>
    public long DiskBytes()
    {
        try
        {
            return new DirectoryInfo(Store).EnumerateFiles("*", SearchOption.AllDirectories).Sum(LengthOf);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            // Gone, or unreadable: opening and writing say so.
            return 0;
        }
    }

    public void Dispose() => _lock.Dispose();

    internal static StoreRefusal CannotUse(string path, Exception exception) =>
        CannotUse(path, new StoreFailure(DiskError.IsDiskFull(exception), exception.Message), exception);

    internal static StoreRefusal CannotUse(string path, StoreFailure failure, Exception? inner = null) => new(
        failure.IsDiskFull
            ? $"The disk of the data directory {path} is full: {failure.Message} Free some space and start again."
            : $"The data directory {path} cannot be read and written: {failure.Message} "
                + "Check that the disk is sound and the directory belongs to the user running this program.",
        inner);

    private static void MakeRoot(string root)
    {
        if (Directory.Exists(root))
        {
            return;
        }

        Directory.CreateDirectory(root);
        if (Path.GetDirectoryName(root) is { } parent)
        {
            DiskSync.Directory(parent);
        }
    }

    /// <summary>The system releases the lock when the process ends, however it ends.</summary>
    private static FileStream TakeLock(string root)
    {
        string path = Path.Combine(root, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path) && !DiskError.IsDiskFull(exception))
        {
            throw new StoreRefusal(
                $"The data directory {root} is in use by {Holder(root)}: a second process would destroy it. "
                + "Stop that process first, or give this member a data directory of its own.",
                exception);
        }
    }

    private static string Holder(string root)
    {
        try
        {
            string pid = File.ReadAllText(Path.Combine(root, PidName)).Trim();
            return pid.Length > 0 ? $"process {pid}" : "another process";
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            return "another process";
        }
    }

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Renamed or deleted since it was listed.
            return 0;
        }
    }

    private void WritePid() =>
        File.WriteAllText(Path.Combine(_root, PidName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");

    /// <summary>Everything is written and synced under another name; the rename makes it a store.</summary>
    private void Create(StoreOptions options)
    {
        RefuseUnlessEmpty();
        string unfinished = Path.Combine(_root, UnfinishedName);
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        string log = Path.Combine(unfinished, LogName);
        Directory.CreateDirectory(log);
        Superblock superblock = new(options.Cluster, options.Member, 1, BootCount: 0, DurableLsn: 0, SegmentFirst: 1, SegmentLast: 1);
        LogSegment.Create(log, LogKeeper.HeaderOf(1, options.SegmentLength, superblock)).Dispose();
        SuperblockCopies.Write(unfinished, superblock);
        DiskSync.Directory(unfinished);
        Directory.Move(unfinished, Store);
        DiskSync.Directory(_root);
    }

    private void RefuseUnlessEmpty()
    {
        string? foreign = Directory.EnumerateFileSystemEntries(_root)
            .Select(Path.GetFileName)
            .FirstOrDefault(name => !Ignored.Contains(name, StringComparer.Ordinal));
        if (foreign is not null)
        {
            throw new StoreRefusal(
                $"The directory {_root} is not empty and holds no KvStore data (it contains {foreign}). "
                + "Point the member at an empty directory or at its own data directory.");
        }
    }
}
