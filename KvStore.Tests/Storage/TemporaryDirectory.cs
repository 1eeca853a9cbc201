namespace KvStore.Tests.Storage;

/// <summary>A directory of one test, gone with it.</summary>
/// <param name="inMemory">On a file system in memory where there is one: for what syncs thousands of times.</param>
internal sealed class TemporaryDirectory(bool inMemory = false) : IDisposable
{
    private const string MemoryFileSystem = "/dev/shm";

    /// <summary>Containers often have less, and then the disk has to do.</summary>
    private const long MemoryBytesLeast = 256 << 20;

    public string Path { get; } = inMemory && HasMemory()
        ? Directory.CreateDirectory(System.IO.Path.Combine(MemoryFileSystem, "kvstore-store-" + System.IO.Path.GetRandomFileName())).FullName
        : Directory.CreateTempSubdirectory("kvstore-store-").FullName;

    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>What is on disk at the moment: files before the directories beside them, so that no copy is ahead of the log.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from).Where(file => System.IO.Path.GetFileName(file) != "lock"))
        {
            using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using FileStream target = new(System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)), FileMode.Create);
            source.CopyTo(target);
        }

        foreach (string directory in Directory.EnumerateDirectories(from))
        {
            Copy(directory, System.IO.Path.Combine(to, System.IO.Path.GetFileName(directory)));
        }
    }

    private static bool HasMemory() =>
        Directory.Exists(MemoryFileSystem) && new DriveInfo(MemoryFileSystem).AvailableFreeSpace >= MemoryBytesLeast;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
