using System.Diagnostics;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>A file system of a few megabytes, in memory, that a test can fill. It needs root.</summary>
internal sealed class TinyFileSystem : IDisposable
{
    private const string RequireAll = "KVSTORE_REQUIRE_ALL";

    private TinyFileSystem(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts it, or skips the test where that cannot be done, or fails it where everything has to run.</summary>
    public static TinyFileSystem Mount(int mebibytes)
    {
        string path = Directory.CreateTempSubdirectory("kvstore-tiny-").FullName;
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "kvstore-test", path))
        {
            return new TinyFileSystem(path);
        }

        Directory.Delete(path);
        string reason = "A file system of its own needs Linux and root, and the right to mount.";
        if (Environment.GetEnvironmentVariable(RequireAll) == "1")
        {
            Assert.Fail($"{reason} {RequireAll}=1 does not let it be skipped.");
        }

        Assert.Skip(reason);
        throw new UnreachableException();
    }

    public void Dispose()
    {
        Assert.True(Run("umount", Path), $"{Path} cannot be unmounted.");
        Directory.Delete(Path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
