namespace KvStore.Tests.Interop;

/// <summary>
/// gRPC for Node.js (grpc-js), OpenTelemetry on it, and two clients of Redis, which share no code with ours. `.ci/run` installs it below artifacts/, from package.json beside this file;
/// neither the build nor any other test needs it.
/// </summary>
internal static class StockGrpc
{
    private const string RequireAll = "KVSTORE_REQUIRE_ALL";

    private static readonly string[] Needed = ["@grpc/grpc-js", "@opentelemetry/sdk-trace-base", "ioredis", "redis"];

    /// <summary>The interpreter; null if it is not on the path.</summary>
    public static string? Node { get; } = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let path = Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")
        where File.Exists(path)
        select path).FirstOrDefault();

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

        string reason = $"The tests with stock programs need {(Node is null ? "node on the path" : "npm install --prefix artifacts/interop (see .ci/run)")}.";
        if (Environment.GetEnvironmentVariable(RequireAll) == "1")
        {
            Assert.Fail($"{reason} {RequireAll}=1 does not let them be skipped.");
        }

        Assert.Skip(reason);
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
