using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>A store's directory as it was before it is damaged, and what it must give back.</summary>
/// <param name="Life">The life that left it.</param>
/// <param name="Image">The directory.</param>
/// <param name="Promised">The log number that must come back.</param>
internal sealed record DamagedStore(RecordedLife Life, DirectoryImage Image, long Promised)
{
    public const string Data = "store/data/";

    /// <summary>As it was after the life's last step.</summary>
    public static DamagedStore AtEndOf(RecordedLife life)
    {
        CrashModel model = new(life.Before, life.Disk.Steps);
        return new DamagedStore(
            life, model.ImageAfter(life.Disk.Steps.Count, new HashSet<DiskChange>()), Math.Max(life.PromisedBefore, life.Disk.PromisedBefore(int.MaxValue)));
    }

    /// <summary>Files that may hold something that is needed: not those of the data log when they are rebuilt anyway.</summary>
    public IEnumerable<string> Files => Image.Files.Keys.Where(path => path.StartsWith("store/", StringComparison.Ordinal));

    public static bool IsData(string path) => path.StartsWith(Data, StringComparison.Ordinal);
}
