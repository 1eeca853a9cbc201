using System.Diagnostics;
using KvStore.Node;

namespace KvStore.Bench.Nodes;

/// <summary>How one of our nodes is started.</summary>
internal static class NodeStart
{
    /// <param name="settings">Names below KvStore, with colons, and their values.</param>
    public static ProcessStartInfo With(IEnumerable<(string Name, string Value)> settings)
    {
        ProcessStartInfo start = new(DotNetPath());
        start.ArgumentList.Add(typeof(NodeOptions).Assembly.Location);
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
