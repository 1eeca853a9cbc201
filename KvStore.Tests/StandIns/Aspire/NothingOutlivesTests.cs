using System.Diagnostics;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>An AppHost in a process of its own, ended in every way; what it started is gone, and what that started too.</summary>
[Collection(nameof(RealApplications))]
public sealed class NothingOutlivesTests
{
    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task Nothing_outlives_an_AppHost_ended_by(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        using var host = StartHost();
        var errors = host.StandardError.ReadToEndAsync(TestApplication.Cancellation);
        var lines = new List<string>();
        bool Has(string text, int count) => lines.Count(line => line.Contains(text, StringComparison.Ordinal)) == count;
        while (!(Has("Press Ctrl+C", 1) && Has("] child ", 3)) && await host.StandardOutput.ReadLineAsync(TestApplication.Cancellation) is { } line)
        {
            lines.Add(line);
        }
        var grandchild = int.Parse(Regex.Match(string.Join('\n', lines), @"\[parent\] child (\d+)", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].ValueSpan);
        var started = Descendants(host.Id);

        using (var kill = Process.Start("kill", [$"-{signal}", $"{host.Id}"]))
        {
            await kill.WaitForExitAsync(TestApplication.Cancellation);
        }
        _ = host.StandardOutput.ReadToEndAsync(TestApplication.Cancellation);
        await host.WaitForExitAsync(TestApplication.Cancellation);

        foreach (var id in started)
        {
            await Processes.GoneAsync($"after {signal}", id, TestApplication.Cancellation);
        }
        // The service, three parents, the child of each, and the watchdogs of the first four.
        Assert.True(started.Count >= 11 && started.Contains(grandchild), $"{string.Join(',', started)} with {grandchild}; {await errors}");
    }

    [Fact]
    public async Task Nothing_outlives_an_application_whose_start_failed_half_way()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        var before = Descendants(Environment.ProcessId);
        var during = new List<int>();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            TestApplication.StartAsync(builder =>
            {
                builder.AddSample("parent", SampleProgram.Parent);
                builder.AddSampleProject("replicated", SampleProgram.Parent).WithReplicas(2);
                builder.Eventing.Subscribe<AfterResourcesCreatedEvent>(
                    (_, _) =>
                    {
                        during.AddRange(Descendants(Environment.ProcessId).Except(before));
                        throw new InvalidOperationException("no");
                    }
                );
            })
        );
        foreach (var id in during.Union(Descendants(Environment.ProcessId).Except(before)))
        {
            await Processes.GoneAsync("after a failed start", id, TestApplication.Cancellation);
        }
        Assert.Equal(("no", true), (refused.Message, during.Count >= 3));
    }

    [Fact]
    public async Task Nothing_outlives_a_disposed_application()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are looked up in /proc.");
        var before = Descendants(Environment.ProcessId);
        await using (
            var app = await TestApplication.StartAsync(builder =>
            {
                builder.AddSample("service", SampleProgram.Service).WithHttpEndpoint(env: "SAMPLE_PORT");
                builder.AddSample("parent", SampleProgram.Parent);
            })
        )
        {
            await app.LinesAsync("parent", 1);
            Assert.True(Descendants(Environment.ProcessId).Count >= before.Count + 5);
        }
        foreach (var id in Descendants(Environment.ProcessId).Except(before))
        {
            await Processes.GoneAsync("after dispose", id, TestApplication.Cancellation);
        }
    }

    /// <summary>With no signal ignored: what was started by nohup, or by a script in the background, ignores some, and what it starts inherits that.</summary>
    private static Process StartHost()
    {
        string[] host = [Samples.Program, SampleProgram.Name, SampleProgram.Host];
        var ignored = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        var hangupInterruptAndQuit = Convert.ToUInt64(ignored.Split('\t')[1], 16) & 0b111;
        string[] command = hangupInterruptAndQuit == 0 ? host : ["env", "--default-signal", .. host];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Everything that a process started, directly or not.</summary>
    private static List<int> Descendants(int ancestor)
    {
        var parents = Directory
            .EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0 && Processes.IsAlive(id))
            .ToDictionary(id => id, Parent);
        var found = new List<int>();
        var next = new Queue<int>([ancestor]);
        while (next.TryDequeue(out var parent))
        {
            foreach (var (child, _) in parents.Where(entry => entry.Value == parent))
            {
                found.Add(child);
                next.Enqueue(child);
            }
        }
        return found;

        static int Parent(int id)
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{id}/stat");
                return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }
}
