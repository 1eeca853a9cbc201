namespace KvStore.Tests.Interop;

/// <summary>What tests with stock programs need of the machine.</summary>
internal static class StockNeed
{
    private const string RequireAll = "KVSTORE_REQUIRE_ALL";

    /// <summary>Where a program is; null if it is not on the path.</summary>
    public static string? OnPath(string program) => (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let path = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program)
        where File.Exists(path)
        select path).FirstOrDefault();

    /// <summary>Skips the test, or fails it, where one of Redis's own tools is not on the path.</summary>
    /// <returns>Where it is.</returns>
    public static string IsThere(string redisTool)
    {
        if (OnPath(redisTool) is not { } path)
        {
            IsMissing($"{redisTool} on the path (Debian's redis-tools; see .ci/run)");
            return "";
        }

        return path;
    }

    /// <summary>Skips the test for what is not there, or fails it where everything has to run.</summary>
    /// <param name="need">"node on the path".</param>
    public static void IsMissing(string need)
    {
        string reason = $"The tests with stock programs need {need}.";
        if (Environment.GetEnvironmentVariable(RequireAll) == "1")
        {
            Assert.Fail($"{reason} {RequireAll}=1 does not let them be skipped.");
        }

        Assert.Skip(reason);
    }
}
