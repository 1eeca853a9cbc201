using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KvStore.Node.Storage;

/// <summary>
/// Makes what was written stay written. On Linux through the system's own calls: fdatasync, because .NET offers only fsync,
/// which writes the changed file times as well (measured here at one commit every few milliseconds: 1.6 ms instead of 0.3 to
/// 0.8), and the sync of a directory, which .NET does not offer at all. Elsewhere with what .NET has.
/// </summary>
internal static class DiskSync
{
    // O_RDONLY | O_CLOEXEC.
    private const int ReadOnly = 0x80000;
    private const int Interrupted = 4;

    /// <summary>The file's bytes, and its size if that changed.</summary>
    /// <exception cref="IOException">The disk failed; what it holds is unknown.</exception>
    public static void Data(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (FDataSync(file) != 0)
        {
            ThrowUnlessInterrupted("fdatasync");
        }
    }

    /// <summary>The directory's entries: must follow every create, rename and delete that has to survive a power cut.</summary>
    public static void Directory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw Failed("open", Marshal.GetLastPInvokeError());
        }

        using SafeFileHandle directory = new(descriptor, ownsHandle: true);
        while (FSync(directory) != 0)
        {
            ThrowUnlessInterrupted("fsync");
        }
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw Failed(call, error);
        }
    }

    private static IOException Failed(string call, int error) => new($"{call}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static extern int FDataSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern int Open(string path, int flags);
}
