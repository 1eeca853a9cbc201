using System.Diagnostics;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>A file system of a few megabytes, in memory, that a test can fill. It needs root.</summary>
internal sealed class TinyFileSystem : IDisposable
{
    private TinyFileSystem(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts it, or skips the test where that cannot be done, or fails it where everything has to run.</summary>
    public static TinyFileSystem Mount(int mebibytes)
    {
        string path = Directory.CreateTempSubdirectory("kvstore-tiny-").FullName;
        if (Privilege.Is && Privilege.Run(out _, "mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "kvstore-test", path))
        {
            return new TinyFileSystem(path);
        }

        Directory.Delete(path);
        Privilege.Lacks("A file system of its own needs Linux and root, and the right to mount.");
        throw new UnreachableException();
    }

    public void Dispose()
    {
        Assert.True(Privilege.Run(out _, "umount", Path), $"{Path} cannot be unmounted.");
        Directory.Delete(Path);
    }
}
