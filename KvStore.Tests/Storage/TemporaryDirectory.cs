namespace KvStore.Tests.Storage;

/// <summary>A directory of one test, gone with it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kvstore-").FullName;

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

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
