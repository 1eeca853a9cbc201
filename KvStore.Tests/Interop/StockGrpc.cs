namespace KvStore.Tests.Interop;

/// <summary>
/// gRPC for Node.js (grpc-js), OpenTelemetry on it, and two clients of Redis, which share no code with ours. `.ci/run` installs it below artifacts/, from package.json beside this file;
/// neither the build nor any other test needs it.
/// </summary>
internal static class StockGrpc
{
    private static readonly string[] Needed = ["@grpc/grpc-js", "@opentelemetry/sdk-trace-base", "ioredis", "redis"];

    /// <summary>The interpreter; null if it is not on the path.</summary>
    public static string? Node { get; } = StockNeed.OnPath("node");

    /// <summary>The installed packages; null if they are not there.</summary>
    public static string? Packages { get; } = FindPackages();

    /// <summary>The programs of this folder, which the build copies with the .proto files that they need.</summary>
    public static string Programs { get; } = Path.Combine(AppContext.BaseDirectory, "Interop");

    /// <summary>Skips the test where they are not, or fails it where everything has to run.</summary>
    public static void Require()
    {
        if (Node is not null && Packages is not null)
        {
            return;
        }

        StockNeed.IsMissing(Node is null ? "node on the path" : "npm install --prefix artifacts/interop (see .ci/run)");
    }

    private static string? FindPackages()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string packages = Path.Combine(folder.FullName, "interop", "node_modules");
            if (Needed.All(package => Directory.Exists(Path.Combine(packages, package))))
            {
                return packages;
            }
        }

        return null;
    }
}
