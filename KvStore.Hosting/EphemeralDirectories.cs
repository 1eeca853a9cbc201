using Microsoft.Extensions.Logging;

namespace KvStore.Hosting;

/// <summary>Directories for data that nobody asked to keep. They are deleted with the application's services, after the nodes have ended.</summary>
internal sealed class EphemeralDirectories(ILogger<EphemeralDirectories> logger) : IDisposable
{
    private readonly List<string> _made = [];

    public string Make(string clusterName)
    {
        var directory = Directory.CreateTempSubdirectory($"kvstore-{clusterName}-").FullName;
        _made.Add(directory);
        return directory;
    }

    public void Dispose()
    {
        foreach (var directory in _made)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning("The ephemeral data in {Directory} could not be deleted: {Reason}", directory, e.Message);
            }
        }
        _made.Clear();
    }
}
