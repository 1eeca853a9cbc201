using System.Security.Cryptography;
using System.Text;

namespace KvStore.AppHost;

/// <summary>
/// Where the nodes keep their data. By default a directory of the user's that belongs to this clone of the source, kept between runs;
/// an ephemeral one is deleted in the end.
/// </summary>
internal sealed class DemoDirectories : IDisposable
{
    private const int CloneNameLength = 12;

    private readonly string _directory;
    private readonly bool _isEphemeral;

    private DemoDirectories(string directory, bool isEphemeral)
    {
        _directory = directory;
        _isEphemeral = isEphemeral;
    }

    public static DemoDirectories Open(DemoOptions options, string appHostDirectory)
    {
        if (options.IsEphemeral)
        {
            return new DemoDirectories(Directory.CreateTempSubdirectory("kvstore-").FullName, isEphemeral: true);
        }
        return new DemoDirectories(options.Data ?? DirectoryOfClone(appHostDirectory), isEphemeral: false);
    }

    public string DirectoryOf(string node) => Path.Combine(_directory, node);

    public void Dispose()
    {
        if (!_isEphemeral)
        {
            return;
        }
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"The ephemeral data in {_directory} could not be deleted: {e.Message}");
        }
    }

    private static string DirectoryOfClone(string appHostDirectory)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(appHostDirectory))));
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(local, "KvStore", hash[..CloneNameLength]);
    }
}
