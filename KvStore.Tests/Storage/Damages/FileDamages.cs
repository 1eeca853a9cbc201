using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>What can happen to the files of a directory, whatever they hold.</summary>
internal static class FileDamages
{
    /// <summary>Larger files are truncated at some lengths; the log has a line of its own for every one.</summary>
    private const int LengthsMax = 64;

    public static IEnumerable<DamageCase> DeletedAndEmptied(DamagedStore store, string end)
    {
        foreach (string path in store.Files)
        {
            byte[] bytes = store.Image.Files[path];
            yield return new DamageCase($"file deleted, emptied, zeroed ({end})", $"{path} deleted", store.Image.Without(path));
            yield return new DamageCase($"file deleted, emptied, zeroed ({end})", $"{path} emptied", store.Image.With(path, []));
            yield return new DamageCase($"file deleted, emptied, zeroed ({end})", $"{path} zeroed", store.Image.With(path, new byte[bytes.Length]));
        }
    }

    public static IEnumerable<DamageCase> Swapped(DamagedStore store, string end) =>
        from one in store.Files
        from other in store.Files
        where string.CompareOrdinal(one, other) < 0
        select new DamageCase(
            $"files swapped ({end})",
            $"{one} and {other}",
            store.Image.With(one, store.Image.Files[other]).With(other, store.Image.Files[one]));

    public static IEnumerable<DamageCase> Truncated(DamagedStore store, string end)
    {
        Random random = new(4);
        foreach (string path in store.Files)
        {
            byte[] bytes = store.Image.Files[path];
            IEnumerable<int> lengths = bytes.Length <= LengthsMax
                ? Enumerable.Range(0, bytes.Length)
                : Enumerable.Range(0, LengthsMax).Select(_ => random.Next(bytes.Length));
            foreach (int length in lengths)
            {
                yield return new DamageCase($"file truncated ({end})", $"{path} to {length}", store.Image.With(path, bytes[..length]));
            }
        }
    }

    /// <summary>A bit, or a few bytes up to some blocks, anywhere in any file.</summary>
    public static IEnumerable<DamageCase> Scribbled(DamagedStore store, string end, int count)
    {
        Random random = new(5);
        string[] paths = [.. store.Files.Where(path => store.Image.Files[path].Length > 0)];
        for (int i = 0; i < count; i++)
        {
            string path = paths[random.Next(paths.Length)];
            byte[] bytes = [.. store.Image.Files[path]];
            int from = random.Next(bytes.Length);
            Span<byte> part = bytes.AsSpan(from, Math.Min(bytes.Length - from, 1 << random.Next(14)));
            string how = Scribble(part, random);
            yield return new DamageCase($"bytes of any file damaged ({end})", $"{path} at {from}: {part.Length} bytes {how}", store.Image.With(path, bytes));
        }
    }

    /// <summary>Every bit of a small file.</summary>
    public static IEnumerable<DamageCase> BitsFlipped(DamagedStore store, string path, string kind, int stride)
    {
        byte[] whole = store.Image.Files[path];
        for (int bit = 0; bit < whole.Length * 8; bit += stride)
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return new DamageCase(kind, $"{path}, bit {bit % 8} at {bit / 8}", store.Image.With(path, bytes));
        }
    }

    /// <summary>Each file as it was at earlier moments, beside the others as they are.</summary>
    public static IEnumerable<DamageCase> Older(DamagedStore store, string end, int moments)
    {
        CrashModel model = new(store.Life.Before, store.Life.Disk.Steps);
        int steps = store.Life.Disk.Steps.Count;
        for (int i = 0; i < moments; i++)
        {
            DirectoryImage before = model.ImageAfter((int)((long)steps * i / moments), new HashSet<DiskChange>());
            foreach (string path in store.Files.Where(path => before.Files.ContainsKey(path) && !Same(before, store.Image, path)))
            {
                yield return new DamageCase($"one file of an older copy ({end})", $"{path} of moment {i}", store.Image.With(path, before.Files[path]));
            }
        }
    }

    private static bool Same(DirectoryImage one, DirectoryImage other, string path) => one.Files[path].AsSpan().SequenceEqual(other.Files[path]);

    private static string Scribble(Span<byte> part, Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                part[0] ^= (byte)(1 << random.Next(8));
                return "of which a bit was flipped";
            case 1:
                part.Clear();
                return "zeroed";
            default:
                random.NextBytes(part);
                return "random";
        }
    }
}
