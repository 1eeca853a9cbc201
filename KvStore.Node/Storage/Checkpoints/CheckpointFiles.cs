using System.Globalization;

namespace KvStore.Node.Storage.Checkpoints;

/// <summary>The manifests on disk, one file each.</summary>
internal sealed class CheckpointFiles(DiskDirectory directory)
{
    private const string Suffix = ".checkpoint";
    private const string NewSuffix = ".new";

    /// <summary>Those there are, the newest first.</summary>
    public IReadOnlyList<long> Numbers() =>
    [
        .. directory.Files()
            .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => long.TryParse(name[..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0)
            .Where(number => number > 0)
            .OrderDescending(),
    ];

    public string PathOf(long number) => directory.PathOf(NameOf(number));

    /// <returns>Null if it cannot be read or is damaged.</returns>
    public Checkpoint? TryRead(long number)
    {
        try
        {
            using DiskFile file = directory.OpenRead(NameOf(number));
            byte[] bytes = new byte[file.Length];
            int read = file.Read(bytes, 0);
            return CheckpointCodec.TryRead(bytes.AsMemory(0, read)) is { } checkpoint && checkpoint.Number == number ? checkpoint : null;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            // An unreadable one is a damaged one; the one before may do.
            return null;
        }
    }

    /// <summary>Written and synced under another name first: one that stands is whole.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="IOException">When it cannot be written; nothing of it is left.</exception>
    public long Write(Checkpoint checkpoint)
    {
        byte[] bytes = CheckpointCodec.Write(checkpoint);
        string name = NameOf(checkpoint.Number);
        string unfinished = name + NewSuffix;
        try
        {
            using DiskFile file = directory.CreateFile(unfinished);
            file.Write(bytes, 0);
            file.Sync();
        }
        catch (IOException)
        {
            directory.DeleteFile(unfinished);
            throw;
        }

        directory.RenameFile(unfinished, name);
        directory.Sync();
        return bytes.Length;
    }

    /// <summary>Deletes those for which it holds, and the remains of one that was being made.</summary>
    public void Delete(Func<long, bool> which)
    {
        List<string> gone =
        [
            .. Numbers().Where(which).Select(NameOf),
            .. directory.Files().Where(name => name.EndsWith(NewSuffix, StringComparison.Ordinal)),
        ];
        gone.ForEach(directory.DeleteFile);
        if (gone.Count > 0)
        {
            directory.Sync();
        }
    }

    private static string NameOf(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + Suffix;
}
