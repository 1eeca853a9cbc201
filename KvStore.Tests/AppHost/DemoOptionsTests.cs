using System.Diagnostics;
using Xunit;

namespace KvStore.Tests.AppHost;

/// <summary>What the demo says to a command line that it cannot follow. Nothing is started.</summary>
public sealed class DemoOptionsTests
{
    [Theory]
    [InlineData("--nodes must be a whole number from 1 to 32, not '0'.", "--nodes", "0")]
    [InlineData("--nodes must be a whole number from 1 to 32, not '33'.", "--nodes=33")]
    [InlineData("--nodes must be a whole number from 1 to 32, not '-1'.", "--nodes", "-1")]
    [InlineData("--nodes must be a whole number from 1 to 32, not 'five'.", "--nodes", "five")]
    [InlineData("--spares must be a whole number from 0 to 8, not '9'.", "--spares", "9")]
    [InlineData("--spares must be a whole number from 0 to 8, not '-1'.", "--spares=-1")]
    [InlineData("--spares needs a value.", "--spares")]
    [InlineData("--nodes needs a value.", "--nodes", "--ephemeral")]
    [InlineData("--replication must be a whole number from 1 to 5, not '6'. There are 5 nodes.", "--replication", "6")]
    [InlineData("--replication must be a whole number from 1 to 2, not '3'. There are 2 nodes.", "--nodes", "2", "--replication", "3")]
    [InlineData("--ports must be 'fixed' or 'free', not 'any'.", "--ports", "any")]
    [InlineData("--ephemeral must be 'true' or 'false' or stand alone, not 'maybe'.", "--ephemeral=maybe")]
    [InlineData("--no-dashboard must be 'true' or 'false' or stand alone, not 'perhaps'.", "--no-dashboard=perhaps")]
    [InlineData("--data needs a value.", "--data")]
    [InlineData("--data must be a directory, not empty.", "--data=")]
    [InlineData("--data and --ephemeral exclude each other: what is ephemeral is not kept.", "--data", "x", "--ephemeral")]
    [InlineData("--node is not an option. There are: --nodes, --spares, --replication, --data, --ephemeral, --ports, --no-dashboard.", "--node", "3")]
    public async Task A_refusal_names_the_option_and_what_it_may_be(string expected, params string[] args)
    {
        var program = Path.ChangeExtension(typeof(Projects.KvStore_AppHost).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((2, expected, ""), (process.ExitCode, error.TrimEnd(), await output));
    }
}
