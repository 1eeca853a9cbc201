using System.Security.Cryptography;
using System.Text;

namespace KvStore.Hosting;

/// <summary>Directories for data that is kept between runs, below the user's local application data.</summary>
internal static class VolumeDirectories
{
    private const int OwnNameLength = 12;

    /// <summary>Full path of the volume of this name, or of the one that belongs to the AppHost in this directory: two clones never share it.</summary>
    /// <exception cref="ArgumentException">The name cannot be that of a directory.</exception>
    public static string PathOf(string? name, string appHostDirectory)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name is "." or ".." || name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0))
        {
            throw new ArgumentException($"The data volume '{name}' must be the name of a directory, without a path.", nameof(name));
        }
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(local, "KvStore", name ?? OwnName(appHostDirectory));
    }

    private static string OwnName(string appHostDirectory) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(appHostDirectory))))[..OwnNameLength];
}
