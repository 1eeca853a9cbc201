using System.Diagnostics;
using Xunit;

namespace KvStore.Tests.Cluster;

/// <summary>What only root may do: the system's own programs, and what becomes of a test that must do without them.</summary>
internal static class Privilege
{
    private const string RequireAll = "KVSTORE_REQUIRE_ALL";

    /// <summary>Whether programs that change the system can be run at all.</summary>
    public static bool Is => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>Skips the test, or fails it where everything has to run.</summary>
    public static void Lacks(string reason)
    {
        if (Environment.GetEnvironmentVariable(RequireAll) == "1")
        {
            Assert.Fail($"{reason} {RequireAll}=1 does not let it be skipped.");
        }

        Assert.Skip(reason);
    }

    /// <returns>Whether there is such a program and it did what it was asked to, and what it wrote.</returns>
    public static bool Run(out string output, string program, params string[] arguments)
    {
        output = "";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            errors.GetAwaiter().GetResult();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
