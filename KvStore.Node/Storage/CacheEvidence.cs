using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace KvStore.Node.Storage;

/// <summary>
/// Evidence that a directory is just as the process before left it: everything that process wrote is there, synced or not,
/// because the system that took the writes has been running ever since and nobody touched the directory. A process that was
/// killed leaves it; a power cut, a copy, a wiped or restored directory do not.
/// </summary>
/// <remarks>
/// It is a file beside the superblock, written (and never synced: it need not outlive the system) whenever the superblock is.
/// It names the running system (the kernel's boot id), and the superblock file by device, inode and time of last change,
/// which no program can set. Whatever was put back later, even into the same file, has another. Nothing is proven where the
/// system is not Linux, and by the snapshot of a file system that is put back under a running system.
/// </remarks>
internal static class CacheEvidence
{
    private const string Name = "evidence";
    private const int LengthMax = 1024;
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    // AT_FDCWD; STATX_INO | STATX_CTIME; where struct statx has the fields, on every architecture.
    private const int CurrentDirectory = -100;
    private const uint Wanted = 0x100 | 0x80;
    private const int StatLength = 256;
    private const int InodeAt = 32;
    private const int ChangedSecondsAt = 96;
    private const int ChangedNanosecondsAt = 104;
    private const int DeviceMajorAt = 136;
    private const int DeviceMinorAt = 140;

    /// <summary>Call after the superblock was written, before anything else is.</summary>
    /// <param name="superblock">The name of its file.</param>
    public static void Leave(DiskDirectory directory, string superblock)
    {
        try
        {
            if (Of(directory.PathOf(superblock)) is { } evidence)
            {
                using DiskFile file = directory.CreateFile(Name);
                file.Write(Encoding.ASCII.GetBytes(evidence), 0);
            }
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            // What stands there now does not fit the superblock any more: the next start proves nothing, and asks.
        }
    }

    /// <summary>Call before the superblock is written for the first time.</summary>
    public static bool Holds(DiskDirectory directory, string superblock)
    {
        try
        {
            return directory.HasFile(Name) && Of(directory.PathOf(superblock)) is { } evidence && Read(directory) == evidence;
        }
        catch (Exception exception) when (DiskError.Is(exception))
        {
            return false;
        }
    }

    private static string Read(DiskDirectory directory)
    {
        using DiskFile file = directory.OpenRead(Name);
        byte[] bytes = new byte[LengthMax];
        return Encoding.ASCII.GetString(bytes, 0, file.Read(bytes, 0));
    }

    private static string? Of(string superblockPath)
    {
        byte[] stat = new byte[StatLength];
        if (!OperatingSystem.IsLinux() || !File.Exists(BootIdPath) || !TryStat(superblockPath, stat))
        {
            return null;
        }

        string boot = File.ReadAllText(BootIdPath).Trim();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"system {boot}\ndevice {UInt32(stat, DeviceMajorAt)}:{UInt32(stat, DeviceMinorAt)}\ninode {UInt64(stat, InodeAt)}\nchanged {UInt64(stat, ChangedSecondsAt)}.{UInt32(stat, ChangedNanosecondsAt):D9}\n");
    }

    private static bool TryStat(string path, byte[] stat)
    {
        try
        {
            return StatX(CurrentDirectory, path, 0, Wanted, stat) == 0 && (UInt32(stat, 0) & Wanted) == Wanted;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // a C library from before the call
        }
    }

    private static uint UInt32(byte[] stat, int at) => BinaryPrimitives.ReadUInt32LittleEndian(stat.AsSpan(at));

    private static ulong UInt64(byte[] stat, int at) => BinaryPrimitives.ReadUInt64LittleEndian(stat.AsSpan(at));

    [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi)]
    private static extern int StatX(int directory, string path, int flags, uint mask, byte[] stat);
}
