using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>What can happen to a directory as a whole.</summary>
internal static class DirectoryDamages
{
    /// <summary>A copy of all of it, taken while nothing ran or at some moment, and put back later.</summary>
    public static IEnumerable<DamageCase> OlderCopies(DamagedStore store, int moments)
    {
        CrashModel model = new(store.Life.Before, store.Life.Disk.Steps);
        int steps = store.Life.Disk.Steps.Count;
        yield return new DamageCase("older copy of the whole directory", "of before the last start", store.Life.Before);
        for (int i = 1; i < moments; i++)
        {
            int at = (int)((long)steps * i / moments);
            yield return new DamageCase("older copy of the whole directory", $"after step {at}", model.ImageAfter(at, new HashSet<DiskChange>()));
        }
    }

    /// <summary>A copy that ended early: some files whole, one in part, the rest not there; in order and in some other orders.</summary>
    public static IEnumerable<DamageCase> HalfCopies(DamagedStore store, int orders)
    {
        Random random = new(6);
        string[] paths = [.. store.Image.Files.Keys];
        for (int order = 0; order < orders; order++)
        {
            for (int whole = 0; whole < paths.Length; whole++)
            {
                foreach (double part in new[] { -1, 0, 0.3 })
                {
                    yield return new DamageCase("half-copied directory", $"order {order}, {whole} files", Half(store.Image, paths, whole, part));
                }
            }

            random.Shuffle(paths);
        }
    }

    /// <summary>Files of another member's directory among ours, one by one, and all of it.</summary>
    public static IEnumerable<DamageCase> Foreign(DamagedStore store, DirectoryImage other)
    {
        yield return new DamageCase("another member's directory or files", "all of it", other, IsDamage: false);
        foreach (string path in store.Files.Where(path => other.Files.ContainsKey(path) && !DamagedStore.IsData(path)))
        {
            yield return new DamageCase(
                "another member's directory or files", path, store.Image.With(path, other.Files[path]), IsDamage: false);
        }

        DirectoryImage documents = new();
        documents.Put("thesis.tex", "years of work"u8.ToArray());
        yield return new DamageCase("another member's directory or files", "documents", documents, IsDamage: false);
    }

    private static DirectoryImage Half(DirectoryImage image, string[] paths, int whole, double part)
    {
        DirectoryImage half = new();
        foreach (string path in paths.Take(whole))
        {
            Put(path, image.Files[path]);
        }

        if (part >= 0)
        {
            byte[] last = image.Files[paths[whole]];
            Put(paths[whole], last[..(int)(last.Length * part)]);
        }

        return half;

        void Put(string path, byte[] bytes)
        {
            half.Put(path, bytes);
            for (string? directory = Path.GetDirectoryName(path); !string.IsNullOrEmpty(directory); directory = Path.GetDirectoryName(directory))
            {
                half.AddDirectory(directory);
            }
        }
    }
}
