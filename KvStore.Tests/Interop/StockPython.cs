using System.Diagnostics;

namespace KvStore.Tests.Interop;

/// <summary>redis-py on Python, as Debian has it (python3-redis). `.ci/run` installs it; neither the build nor any other test needs it.</summary>
internal static class StockPython
{
    /// <summary>Where Debian's is, which has Debian's packages whatever other Python comes first on the path.</summary>
    private const string OfTheSystem = "/usr/bin/python3";

    private static readonly Lazy<string?> Found = new(() => Candidates().FirstOrDefault(HasRedis));

    /// <summary>Skips the test where no Python has redis-py with its client for clusters, or fails it where everything has to run.</summary>
    /// <returns>The interpreter.</returns>
    public static string Require()
    {
        if (Found.Value is not { } interpreter)
        {
            StockNeed.IsMissing("redis-py 4.1 or later (Debian's python3-redis; see .ci/run)");
            return "";
        }

        return interpreter;
    }

    private static IEnumerable<string> Candidates() =>
        new[] { StockNeed.OnPath("python3"), OfTheSystem }.OfType<string>().Where(File.Exists).Distinct();

    private static bool HasRedis(string interpreter)
    {
        ProcessStartInfo start = new(interpreter, ["-c", "import redis.cluster"]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
