using System.Security.Cryptography;
using System.Text;

namespace KvStore.Tests.Storage.Crashes;

/// <summary>Everything below a directory at one moment, by relative path. Files are shared between images and never changed.</summary>
internal sealed class DirectoryImage
{
    /// <summary>Held by whoever has the directory open; not part of what a crash leaves.</summary>
    private const string LockName = "lock";

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _directories = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, byte[]> Files => _files;

    public IReadOnlyCollection<string> Directories => _directories;

    public static DirectoryImage Read(string root)
    {
        DirectoryImage image = new();
        foreach (string directory in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
        {
            image.AddDirectory(Path.GetRelativePath(root, directory));
        }

        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            image.Put(Path.GetRelativePath(root, file), File.ReadAllBytes(file));
        }

        return image;
    }

    public void AddDirectory(string path) => _directories.Add(path);

    public void Put(string path, byte[] bytes)
    {
        if (path != LockName)
        {
            _files[path] = bytes;
        }
    }

    public DirectoryImage With(string path, byte[] bytes)
    {
        DirectoryImage image = Copy();
        image.Put(path, bytes);
        return image;
    }

    public DirectoryImage Without(string path)
    {
        DirectoryImage image = Copy();
        image._files.Remove(path);
        return image;
    }

    /// <summary>Replaces whatever a directory held.</summary>
    public void WriteTo(string root)
    {
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }

        Directory.CreateDirectory(root);
        foreach (string directory in _directories)
        {
            Directory.CreateDirectory(Path.Combine(root, directory));
        }

        foreach ((string path, byte[] bytes) in _files)
        {
            File.WriteAllBytes(Path.Combine(root, path), bytes);
        }
    }

    /// <summary>Equal for images that hold the same.</summary>
    /// <param name="hashOf">The hash of a file's bytes, which may be remembered.</param>
    public string Fingerprint(Func<byte[], string> hashOf)
    {
        StringBuilder all = new();
        foreach (string directory in _directories)
        {
            all.Append(directory).Append('\n');
        }

        foreach ((string path, byte[] bytes) in _files)
        {
            all.Append(path).Append(' ').Append(hashOf(bytes)).Append('\n');
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())));
    }

    private DirectoryImage Copy()
    {
        DirectoryImage image = new();
        image._directories.UnionWith(_directories);
        foreach ((string path, byte[] bytes) in _files)
        {
            image.Put(path, bytes);
        }

        return image;
    }
}
