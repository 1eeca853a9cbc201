namespace KvStore.Tests.Browser;

/// <summary>The Chromium of the machine. Nothing is downloaded for a test.</summary>
internal static class SystemChromium
{
    private const string RequireAll = "KVSTORE_REQUIRE_ALL";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>Without a sandbox, which root does not get, and without talking to anybody but the page.</summary>
    public static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Where it is; null if it is not on the path.</summary>
    public static string? Path { get; } = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        from name in Names
        let path = System.IO.Path.Combine(folder, name)
        where File.Exists(path)
        select path).FirstOrDefault();

    /// <summary>Skips the test where there is none, or fails it where everything has to run.</summary>
    public static void Require()
    {
        if (Path is not null)
        {
            return;
        }

        string reason = $"The browser tests need {string.Join(" or ", Names)} on the path.";
        if (Environment.GetEnvironmentVariable(RequireAll) == "1")
        {
            Assert.Fail($"{reason} {RequireAll}=1 does not let them be skipped.");
        }

        Assert.Skip(reason);
    }
}
