using System.Diagnostics;
using KvStore.Node;

namespace KvStore.Bench.Nodes;

/// <summary>How one of our nodes is started.</summary>
internal static class NodeStart
{
    /// <summary>Names the program of a published node, kvstore-node.dll or a native kvstore-node, to be started instead of the one beside this program.</summary>
    private const string Published = "KVSTORE_NODE";

    /// <param name="settings">Names below KvStore, with colons, and their values.</param>
    /// <exception cref="FileNotFoundException">The variable names no file.</exception>
    public static ProcessStartInfo With(IEnumerable<(string Name, string Value)> settings)
    {
        string program = Environment.GetEnvironmentVariable(Published) is { Length: > 0 } published ? Path.GetFullPath(published) : typeof(NodeOptions).Assembly.Location;
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"{Published} is {program}, and there is no such file.");
        }

        ProcessStartInfo start = Path.GetExtension(program) == ".dll" ? new(DotNetPath(), [program]) : new(program);
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach ((string name, string value) in settings)
        {
            start.Environment[$"KvStore__{name.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        }

        return start;
    }

    // The host that runs this program, or the one on the path where this program has a host of its own.
    private static string DotNetPath() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
}
