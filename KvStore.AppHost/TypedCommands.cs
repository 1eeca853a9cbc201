using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace KvStore.AppHost;

/// <summary>
/// Commands typed into the terminal that runs the demo: "start node2", "stop node2", "leave node2" and the others. Nobody asks
/// whether that is meant: who types it has said so. And a word when a resource ends by itself, which is when one wants them.
/// </summary>
internal sealed class TypedCommands(ResourceCommandService commands, ResourceNotificationService notifications) : BackgroundService
{
    private const int UnreadLinesMax = 100;
    private const int Terminal = 0;

    private static readonly string[] Known = ["start", "stop", "restart", "plan-leave", "leave", "replace"];

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Within a test the terminal is the test runner's.
        if (Assembly.GetEntryAssembly() != typeof(TypedCommands).Assembly)
        {
            return Task.CompletedTask;
        }

        // Reading a terminal blocks until somebody types, whatever is cancelled meanwhile: nobody may wait for this thread to end.
        var lines = Channel.CreateBounded<string>(UnreadLinesMax);
        if (IsOurs())
        {
            new Thread(() => Read(lines.Writer)) { IsBackground = true, Name = "Typed commands" }.Start();
        }
        return Task.WhenAll(RunAsync(lines.Reader, stoppingToken), AnnounceEndsAsync(stoppingToken));
    }

    /// <summary>What is typed after <see cref="UnreadLinesMax"/> lines that wait is dropped.</summary>
    private static void Read(ChannelWriter<string> lines)
    {
        while (Console.In.ReadLine() is { } line)
        {
            lines.TryWrite(line);
        }
    }

    /// <summary>A program in the background that reads the terminal is stopped by the system.</summary>
    private static bool IsOurs() => Console.IsInputRedirected || OperatingSystem.IsWindows() || ForegroundGroup(Terminal) == OwnGroup();

    [DllImport("libc", EntryPoint = "tcgetpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ForegroundGroup(int terminal);

    [DllImport("libc", EntryPoint = "getpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OwnGroup();

    private async Task RunAsync(ChannelReader<string> lines, CancellationToken stoppingToken)
    {
        await foreach (var line in lines.ReadAllAsync(stoppingToken))
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                case []:
                    break;
                case [var command, var resource] when Known.Contains(command):
                    await RunAsync(command, resource, stoppingToken);
                    break;
                default:
                    Console.WriteLine($"'{line}' is no command. There are: {string.Join(", ", Known)}, each with a resource, such as: start node2");
                    break;
            }
        }
    }

    private async Task RunAsync(string command, string resource, CancellationToken stoppingToken)
    {
        try
        {
            var result = await commands.ExecuteCommandAsync(resource, command, stoppingToken);
            Console.WriteLine($"{command} {resource}: {result.Message ?? (result.Success ? "done" : "failed")}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or DistributedApplicationException)
        {
            Console.WriteLine($"{command} {resource}: {e.Message}");
        }
    }

    private async Task AnnounceEndsAsync(CancellationToken stoppingToken)
    {
        Dictionary<string, string?> states = [];
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            var state = change.Snapshot.State?.Text;
            var wasRunning = states.TryGetValue(change.ResourceId, out var before) && before == KnownResourceStates.Running;
            states[change.ResourceId] = state;
            if (wasRunning && KnownResourceStates.TerminalStates.Contains(state) && !stoppingToken.IsCancellationRequested)
            {
                var name = change.Resource.Name;
                Console.WriteLine($"{name} ended by itself, exit code {change.Snapshot.ExitCode?.ToString() ?? "unknown"}. To start it again type: start {name}");
            }
        }
    }
}
