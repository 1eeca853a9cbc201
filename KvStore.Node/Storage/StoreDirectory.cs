using System.Globalization;
using System.Text;
using KvStore.Node.Ring;
using KvStore.Node.Storage.Log;

namespace KvStore.Node.Storage;

/// <summary>
/// A member's data directory: who owns it, whether it is in use, and its making, which a crash leaves undone or whole.
/// <code>
/// lock, pid           held by the process that has the store open; its number
/// store/superblock.*  what the log must hold, twice
/// store/log/          segments of the write-ahead log: the truth since the checkpoint before the newest
/// store/data/         the data log: the truth up to the newest checkpoint, whose manifest checks every block of it
/// store/checkpoints/  the manifests of the two newest checkpoints
/// removed/            the store of a member that the cluster removed while it was away; nobody reads it
/// </code>
/// </summary>
internal sealed class StoreDirectory : IDisposable
{
    private const string LockName = "lock";
    private const string PidName = "pid";
    private const string StoreName = "store";
    private const string UnfinishedName = "store.new";
    private const string SetAsideName = "removed";
    private const string LogName = "log";
    private const string DataName = "data";
    private const string CheckpointsName = "checkpoints";

    // What may lie in a directory without a store: remains of our own, and what a new file system brings along.
    private static readonly string[] Ignored = [LockName, PidName, UnfinishedName, SetAsideName, "lost+found"];

    private readonly DiskDirectory _root;
    private readonly DiskFile? _lock;

    private StoreDirectory(DiskDirectory root, DiskFile? lockFile)
    {
        _root = root;
        _lock = lockFile;
    }

    public string Path => _root.Path;

    public DiskDirectory Store => _root.Sub(StoreName);

    public DiskDirectory Log => Store.Sub(LogName);

    public DiskDirectory Data => Store.Sub(DataName);

    public DiskDirectory Checkpoints => Store.Sub(CheckpointsName);

    /// <summary>Locks the directory and makes a store in it if there is none.</summary>
    /// <exception cref="StoreRefusal">When it is in use, not ours, not a store's, or cannot be read or written.</exception>
    public static StoreDirectory Open(StoreOptions options)
    {
        DiskDirectory root = new(System.IO.Path.GetFullPath(options.Directory), options.Observer);
        StoreDirectory? directory = null;
        try
        {
            MakeRoot(root, options.Observer);
            directory = new StoreDirectory(root, TakeLock(root));
            directory.WritePid();
            if (!directory.Store.Exists)
            {
                directory.Create(options);
            }

            return directory;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            directory?.Dispose();
            throw CannotUse(root.Path, exception);
        }
        catch (StoreRefusal)
        {
            directory?.Dispose();
            throw;
        }
    }

    /// <summary>Whose store a directory holds; null if it holds none. Takes no lock.</summary>
    /// <exception cref="StoreRefusal">When it cannot be read.</exception>
    public static (ClusterId Cluster, MemberId Member)? OwnerOf(string path)
    {
        DiskDirectory root = new(System.IO.Path.GetFullPath(path), isReadOnly: true);
        try
        {
            if (!root.Sub(StoreName).Exists)
            {
                return null;
            }

            Superblock superblock = SuperblockCopies.Read(root.Sub(StoreName));
            return (superblock.Cluster, superblock.Member);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw CannotUse(root.Path, exception);
        }
    }

    /// <summary>Makes sure that a store can be made in a directory, before anybody is told of it.</summary>
    /// <exception cref="StoreRefusal">When it is in use, holds something else, or cannot be written.</exception>
    public static void CheckUsable(string path)
    {
        DiskDirectory root = new(System.IO.Path.GetFullPath(path));
        try
        {
            MakeRoot(root, observer: null);
            using StoreDirectory directory = new(root, TakeLock(root));
            directory.WritePid();
            directory.RefuseUnlessEmpty();
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw CannotUse(root.Path, exception);
        }
    }

    /// <summary>Deletes a store that nothing was ever written to: its member was never let in anywhere.</summary>
    public static void Discard(string path)
    {
        DiskDirectory root = new(System.IO.Path.GetFullPath(path));
        using StoreDirectory directory = new(root, TakeLock(root));
        directory.Store.Delete();
    }

    /// <summary>Puts a store out of the way, so that the directory counts as empty. Of stores put there before nothing is left.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="StoreRefusal">When it is in use or cannot be moved.</exception>
    public static string SetAside(string path)
    {
        DiskDirectory root = new(System.IO.Path.GetFullPath(path));
        try
        {
            using StoreDirectory directory = new(root, TakeLock(root));
            DiskDirectory aside = root.Sub(SetAsideName);
            aside.Delete();
            root.RenameDirectory(StoreName, SetAsideName);
            root.Sync();
            return aside.Path;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw CannotUse(root.Path, exception);
        }
    }

    /// <summary>Locks a directory with a store, of whichever member, to read it. Where there is no lock file no process had it open.</summary>
    /// <exception cref="StoreRefusal">When it is in use, holds no store, or cannot be read.</exception>
    public static StoreDirectory OpenToRead(string path)
    {
        DiskDirectory root = new(System.IO.Path.GetFullPath(path), isReadOnly: true);
        try
        {
            if (!root.Sub(StoreName).Exists)
            {
                throw new StoreRefusal($"The directory {root.Path} {(root.Exists ? "holds no KvStore data" : "does not exist")}: there is nothing to verify.");
            }

            return new StoreDirectory(root, root.HasFile(LockName) ? TakeLock(root) : null);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            throw CannotUse(root.Path, exception);
        }
    }

    /// <summary>The superblock, which must be this member's.</summary>
    public Superblock ReadSuperblock(StoreOptions options)
    {
        Superblock superblock = SuperblockCopies.Read(Store);
        if (superblock.Cluster != options.Cluster || superblock.Member != options.Member)
        {
            throw new StoreRefusal(
                $"The data directory {_root.Path} belongs to member {superblock.Member} of cluster {superblock.Cluster}, "
                + $"not to member {options.Member} of cluster {options.Cluster}. "
                + "Point the member at its own data directory, or at an empty one to make it a new member.");
        }

        return superblock;
    }

    /// <summary>Empty directories for the data log and its checkpoints, whatever was in them.</summary>
    public void EmptyData()
    {
        Checkpoints.Delete();
        Checkpoints.Create();
        Data.Delete();
        Data.Create();
        Store.Sync();
    }

    /// <summary>Bytes of all files in one of its directories; 0 when they cannot be listed, which is not what a status should fail for.</summary>
    public long DiskBytes(DiskDirectory directory)
    {
        try
        {
            return new DirectoryInfo(directory.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(LengthOf);
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            // Gone, or unreadable: opening and writing say so.
            return 0;
        }
    }

    public void Dispose() => _lock?.Dispose();

    internal static StoreRefusal CannotUse(string path, Exception exception) =>
        CannotUse(path, new StoreFailure(DiskError.IsDiskFull(exception), exception.Message), exception);

    internal static StoreRefusal CannotUse(string path, StoreFailure failure, Exception? inner = null) => new(
        failure.IsDiskFull
            ? $"The disk of the data directory {path} is full: {failure.Message} Free some space and start again."
            : $"The data directory {path} cannot be read and written: {failure.Message} "
                + "Check that the disk is sound and the directory belongs to the user running this program.",
        inner);

    private static void MakeRoot(DiskDirectory root, DiskObserver? observer)
    {
        List<DiskDirectory> parents = [];
        for (string? path = root.Path; path is not null && !Directory.Exists(path);)
        {
            path = System.IO.Path.GetDirectoryName(path);
            if (path is not null)
            {
                parents.Add(new DiskDirectory(path, observer));
            }
        }

        root.Create();
        parents.ForEach(parent => parent.Sync());
    }

    /// <summary>The system releases the lock when the process ends, however it ends.</summary>
    private static DiskFile TakeLock(DiskDirectory root)
    {
        try
        {
            return root.OpenExclusive(LockName);
        }
        catch (IOException exception) when (root.HasFile(LockName) && !DiskError.IsDiskFull(exception))
        {
            throw new StoreRefusal(
                $"The data directory {root.Path} is in use by {Holder(root)}: a second process would destroy it. "
                + "Stop that process first, or give this member a data directory of its own.",
                exception);
        }
    }

    private static string Holder(DiskDirectory root)
    {
        try
        {
            string pid = File.ReadAllText(root.PathOf(PidName)).Trim();
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

    private void WritePid()
    {
        try
        {
            using DiskFile file = _root.CreateFile(PidName);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), 0);
        }
        catch (IOException exception) when (DiskError.IsDiskFull(exception))
        {
            // It is for people, and a store can be read on a full disk.
        }
    }

    /// <summary>Everything is written and synced under another name; the rename makes it a store.</summary>
    private void Create(StoreOptions options)
    {
        RefuseUnlessEmpty();
        DiskDirectory unfinished = _root.Sub(UnfinishedName);
        unfinished.Delete();
        unfinished.Create();
        DiskDirectory log = unfinished.Sub(LogName);
        log.Create();
        unfinished.Sub(DataName).Create();
        unfinished.Sub(CheckpointsName).Create();
        Superblock superblock = new(options.Cluster, options.Member, 1, BootCount: 0, DurableLsn: 0, SegmentFirst: 1, SegmentLast: 1, LsnFirst: 1);
        LogSegment.Create(log, LogKeeper.HeaderOf(1, options.SegmentLength, superblock)).Dispose();
        SuperblockCopies.Write(unfinished, superblock, isWhole: false);
        unfinished.Sync();
        _root.RenameDirectory(UnfinishedName, StoreName);
        _root.Sync();
    }

    private void RefuseUnlessEmpty()
    {
        string? foreign = _root.Files().Concat(_root.Directories())
            .FirstOrDefault(name => !Ignored.Contains(name, StringComparer.Ordinal));
        if (foreign is not null)
        {
            throw new StoreRefusal(
                $"The directory {_root.Path} is not empty and holds no KvStore data (it contains {foreign}). "
                + "Point the member at an empty directory or at its own data directory.");
        }
    }
}
