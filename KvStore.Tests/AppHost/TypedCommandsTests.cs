using System.Diagnostics;
using KvStore.Tests.StandIns.Aspire;
using Xunit;

namespace KvStore.Tests.AppHost;

[Collection(nameof(RealApplications))]
public sealed class TypedCommandsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_node_is_stopped_and_started_by_typing_and_the_demo_ends_while_nobody_types()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var program = Path.ChangeExtension(typeof(Projects.KvStore_AppHost).Assembly.Location, null);
        using var demo = Process.Start(
            new ProcessStartInfo(program, ["--nodes", "1", "--ports", "free", "--ephemeral"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        try
        {
            _ = demo.StandardError.ReadToEndAsync(limit.Token);
            await UntilAsync(demo, "Press Ctrl+C", limit);
            foreach (var (typed, answer) in new[]
            {
                ("replace node1", "replace node1: node1 is Running: the data of a node that runs is not deleted. Stop it first."),
                ("leave node1", "leave node1: Node1 is the last member"),
                ("stop node1", "stop node1: done"),
                ("start node1", "start node1: done"),
                ("start node9", "start node9: There is no resource named 'node9'."),
                ("dance", "'dance' is no command."),
            })
            {
                await demo.StandardInput.WriteLineAsync(typed.AsMemory(), limit.Token);
                await demo.StandardInput.FlushAsync(limit.Token);
                await UntilAsync(demo, answer, limit);
            }

            // The input stays open: a demo that waits for it does not end.
            using (var kill = Process.Start("kill", ["-TERM", $"{demo.Id}"]))
            {
                await kill.WaitForExitAsync(limit.Token);
            }
            _ = demo.StandardOutput.ReadToEndAsync(limit.Token);
            limit.CancelAfter(Patience);
            await demo.WaitForExitAsync(limit.Token);
            Assert.Equal(0, demo.ExitCode);
        }
        finally
        {
            demo.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Reads lines until one begins like that.</summary>
    private static async Task UntilAsync(Process process, string beginning, CancellationTokenSource limit)
    {
        limit.CancelAfter(Patience);
        var lines = new List<string>();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith(beginning, StringComparison.Ordinal))
                {
                    return;
                }
                lines.Add(line);
            }
            Assert.Fail($"The demo ended before it said '{beginning}'. It said: {string.Join('\n', lines)}");
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The demo did not say '{beginning}' within {Patience.TotalSeconds} s. It said: {string.Join('\n', lines)}");
        }
    }
}
