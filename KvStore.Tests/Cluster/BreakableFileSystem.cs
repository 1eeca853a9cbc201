using System.Diagnostics;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>
/// A file system on a disk that a test can break: ext4 on a loop device, whose disk is a file. Once the device has been made
/// too small for what lies on it, the kernel answers every read and write beyond its end with EIO, as a dying disk does. It
/// needs root.
/// </summary>
internal sealed class BreakableFileSystem : IDisposable
{
    private const string LoopControl = "/dev/loop-control";
    private const int BrokenLength = 4096;

    private readonly string _image;
    private readonly string _device;

    private BreakableFileSystem(string path, string image, string device)
    {
        Path = path;
        _image = image;
        _device = device;
    }

    public string Path { get; }

    /// <summary>Mounts it, or skips the test where that cannot be done, or fails it where everything has to run.</summary>
    public static BreakableFileSystem Mount(int mebibytes)
    {
        if (OperatingSystem.IsLinux() && !File.Exists(LoopControl))
        {
            // Not a program that could have been installed: the kernel, or the container, has none.
            Assert.Skip($"A disk that can be broken needs loop devices, and there is no {LoopControl}.");
        }

        string root = Directory.CreateTempSubdirectory("kvstore-breakable-").FullName;
        string image = System.IO.Path.Combine(root, "disk");
        string path = Directory.CreateDirectory(System.IO.Path.Combine(root, "files")).FullName;
        using (FileStream disk = File.Create(image))
        {
            disk.SetLength((long)mebibytes << 20);
        }

        if (Privilege.Is && Privilege.Run(out _, "mkfs.ext4", "-q", "-F", image) && Privilege.Run(out string device, "losetup", "--find", "--show", image))
        {
            if (Privilege.Run(out _, "mount", device, path))
            {
                return new BreakableFileSystem(path, image, device);
            }

            Privilege.Run(out _, "losetup", "--detach", device);
        }

        Directory.Delete(root, recursive: true);
        Privilege.Lacks("A disk that can be broken needs Linux and root, mkfs.ext4, losetup and the right to mount.");
        throw new UnreachableException();
    }

    /// <summary>From here on nothing that was not written before reaches the disk.</summary>
    public void Break()
    {
        // Nothing is written meanwhile: it would make the file longer again, and the disk larger with it.
        Assert.True(Privilege.Run(out _, "fsfreeze", "--freeze", Path), $"{Path} cannot be frozen.");
        try
        {
            using (FileStream disk = File.OpenWrite(_image))
            {
                disk.SetLength(BrokenLength);
            }

            Assert.True(Privilege.Run(out _, "losetup", "--set-capacity", _device), $"{_device} cannot be made smaller.");
        }
        finally
        {
            Assert.True(Privilege.Run(out _, "fsfreeze", "--unfreeze", Path), $"{Path} stays frozen.");
        }
    }

    public void Dispose()
    {
        Assert.True(Privilege.Run(out _, "umount", Path), $"{Path} cannot be unmounted.");
        Assert.True(Privilege.Run(out _, "losetup", "--detach", _device), $"{_device} cannot be detached.");
        Directory.Delete(System.IO.Path.GetDirectoryName(_image)!, recursive: true);
    }
}
