using Microsoft.Win32.SafeHandles;

namespace KvStore.Node.Storage.Log;

/// <summary>
/// The two files that hold the superblock. They are written one after the other, each synced before the next is touched, so
/// that at any moment one is whole; the higher generation of the readable ones stands.
/// </summary>
internal static class SuperblockCopies
{
    private static readonly string[] Names = ["superblock.1", "superblock.2"];

    /// <exception cref="StoreRefusal">When no copy can be read, or it is of another format.</exception>
    public static Superblock Read(string directory)
    {
        Superblock? best = null;
        foreach (string path in Paths(directory))
        {
            if (!File.Exists(path) || !Superblock.TryRead(ReadFile(path), out int format, out Superblock? copy))
            {
                continue;
            }

            if (copy is null)
            {
                throw new StoreRefusal(
                    $"The data directory {directory} has format {format}; this program reads format {Superblock.FormatCurrent}. "
                    + "Run the version that wrote it, or give the member an empty data directory.");
            }

            if (best is null || copy.Generation > best.Generation)
            {
                best = copy;
            }
        }

        return best ?? throw new StoreRefusal(
            $"Both copies of the superblock ({string.Join(" and ", Paths(directory))}) are missing or damaged, from offset 0. Without them "
            + "nobody knows what the log must hold. Give the member an empty data directory and let it join as a new member.");
    }

    /// <summary>Writes both copies in place, or for the first time.</summary>
    public static void Write(string directory, Superblock superblock)
    {
        Span<byte> block = stackalloc byte[Superblock.Length];
        superblock.WriteTo(block);
        foreach (string path in Paths(directory))
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
            RandomAccess.SetLength(file, Superblock.Length);
            RandomAccess.Write(file, block, 0);
            DiskSync.Data(file);
        }
    }

    private static IEnumerable<string> Paths(string directory) => Names.Select(name => Path.Combine(directory, name));

    private static byte[] ReadFile(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            byte[] bytes = new byte[Superblock.Length + 1];
            int length = RandomAccess.Read(file, bytes, 0);
            return bytes[..length];
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            // An unreadable copy is a damaged one; the other may do.
            return [];
        }
    }
}
