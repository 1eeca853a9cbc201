using System.Globalization;

namespace Aspire.Hosting.Orchestration;

/// <summary>Who listens on a port. Known on Linux only, and only of processes that this one may look into.</summary>
internal static class PortOwner
{
    private const int StateColumn = 3;
    private const int InodeColumn = 9;
    private const string Listening = "0A";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <returns>"process 1234 (nginx)", or "another program".</returns>
    public static string Describe(int port)
    {
        try
        {
            var sockets = Tables.Where(File.Exists).SelectMany(File.ReadLines).SelectMany(line => Inode(line, port)).ToHashSet(StringComparer.Ordinal);
            return sockets.Count > 0 && Directory.EnumerateDirectories("/proc").FirstOrDefault(process => Holds(process, sockets)) is { } owner
                ? $"process {Path.GetFileName(owner)} ({File.ReadAllText(Path.Combine(owner, "comm")).Trim()})"
                : "another program";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another program";
        }
    }

    private static IEnumerable<string> Inode(string line, int port)
    {
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
            columns.Length > InodeColumn
            && columns[StateColumn] == Listening
            && columns[1].EndsWith(string.Create(CultureInfo.InvariantCulture, $":{port:X4}"), StringComparison.Ordinal)
            ? [$"socket:[{columns[InodeColumn]}]"]
            : [];
    }

    private static bool Holds(string process, HashSet<string> sockets)
    {
        if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return false;
        }
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")).Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not ours to look into, or gone.
            return false;
        }
    }
}
