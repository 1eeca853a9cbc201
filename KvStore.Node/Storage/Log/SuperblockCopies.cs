namespace KvStore.Node.Storage.Log;

/// <summary>
/// The two files that hold the superblock. They are written one after the other, each synced before the next is touched, so
/// that at any moment one is whole; the higher generation of the readable ones stands.
/// </summary>
internal static class SuperblockCopies
{
    public static readonly IReadOnlyList<string> Names = ["superblock.1", "superblock.2"];

    /// <exception cref="StoreRefusal">When no copy can be read, or it is of another format.</exception>
    public static Superblock Read(DiskDirectory directory)
    {
        Superblock? best = null;
        foreach (string name in Names)
        {
            if (!TryReadCopy(directory, name, out int format, out Superblock? copy))
            {
                continue;
            }

            if (copy is null)
            {
                throw new StoreRefusal(
                    $"The data directory {directory.Path} has format {format}; this program reads format {Superblock.FormatCurrent}. "
                    + "Run the version that wrote it, or give the member an empty data directory.");
            }

            if (best is null || copy.Generation > best.Generation)
            {
                best = copy;
            }
        }

        return best ?? throw new StoreRefusal(
            $"Both copies of the superblock ({string.Join(" and ", Names.Select(directory.PathOf))}) are missing or damaged, from offset 0. Without them "
            + "nobody knows what the log must hold. Give the member an empty data directory and let it join as a new member.");
    }

    /// <param name="superblock">Null where the copy is whole and of another format.</param>
    /// <returns>Whether the copy is there and undamaged.</returns>
    public static bool TryReadCopy(DiskDirectory directory, string name, out int format, out Superblock? superblock)
    {
        format = 0;
        superblock = null;
        return directory.HasFile(name) && Superblock.TryRead(ReadFile(directory, name), out format, out superblock);
    }

    /// <summary>Writes both copies in place, or for the first time.</summary>
    /// <param name="isWhole">Whether the directory holds all that it ever did, which is then evident after a kill.</param>
    public static void Write(DiskDirectory directory, Superblock superblock, bool isWhole)
    {
        Span<byte> block = stackalloc byte[Superblock.Length];
        superblock.WriteTo(block);
        foreach (string name in Names)
        {
            using DiskFile file = directory.HasFile(name) ? directory.OpenFile(name) : directory.CreateFile(name);
            file.SetLength(Superblock.Length);
            file.Write(block, 0);
            if (isWhole && name == Names[^1])
            {
                // Before the sync, which takes its time: a process may be killed meanwhile.
                CacheEvidence.Leave(directory, name);
            }

            file.Sync();
        }
    }

    /// <summary>Makes it evident from now on that the directory holds all that it ever did.</summary>
    public static void LeaveEvidence(DiskDirectory directory) => CacheEvidence.Leave(directory, Names[^1]);

    /// <summary>Whether the directory is just as the process before left it. Ask before <see cref="Write"/>.</summary>
    public static bool IsAsLeft(DiskDirectory directory) => CacheEvidence.Holds(directory, Names[^1]);

    private static byte[] ReadFile(DiskDirectory directory, string name)
    {
        try
        {
            using DiskFile file = directory.OpenRead(name);
            byte[] bytes = new byte[Superblock.Length + 1];
            return bytes[..file.Read(bytes, 0)];
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            // An unreadable copy is a damaged one; the other may do.
            return [];
        }
    }
}
