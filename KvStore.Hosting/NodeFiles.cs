namespace KvStore.Hosting;

/// <summary>What a node keeps in its data directory. Its layout is the node's; README.md describes it.</summary>
internal static class NodeFiles
{
    private const string LockName = "lock";
    private const string PidName = "pid";
    private const string StoreName = "store";

    // A store that a node was about to make when it ended.
    private const string UnfinishedName = "store.new";

    // The store of a member that the cluster removed while it was away.
    private const string SetAsideName = "removed";

    /// <summary>Whether a node has been at work there.</summary>
    public static bool HasStore(string directory) => Directory.Exists(Path.Combine(directory, StoreName));

    /// <summary>Deletes what the node keeps, and nothing that somebody else may have put beside it.</summary>
    /// <exception cref="IOException">A process has the directory open, or something cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public static void Delete(string directory)
    {
        var lockPath = Path.Combine(directory, LockName);
        if (File.Exists(lockPath))
        {
            using var own = new FileStream(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            DeleteStores(directory);
        }
        else
        {
            DeleteStores(directory);
        }
        File.Delete(lockPath);
        File.Delete(Path.Combine(directory, PidName));
    }

    private static void DeleteStores(string directory)
    {
        foreach (var store in new[] { StoreName, UnfinishedName, SetAsideName }.Select(name => Path.Combine(directory, name)).Where(Directory.Exists))
        {
            Directory.Delete(store, recursive: true);
        }
    }
}
