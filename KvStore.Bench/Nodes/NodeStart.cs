using System.Diagnostics;
using KvStore.Node;

namespace KvStore.Bench.Nodes;

/// <summary>How one of our nodes is started.</summary>
internal static class NodeStart
{
    /// <summary>Names the program of a published node, kvstore-node.dll or a native kvstore-node, to be started instead of the one beside this program.</summary>
    private const string Published = "KVSTORE_NODE";

    /// <param name="settings">Names below KvStore, with colons, and their values.</param>
    public static ProcessStartInfo With(IEnumerable<(string Name, string Value)> settings)
    {
        string program = Environment.GetEnvironmentVariable(Published) is { Length: > 0 } published ? published : typeof(NodeOptions).Assembly.Location;
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
