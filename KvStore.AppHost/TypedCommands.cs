using Microsoft.Extensions.Hosting;

namespace KvStore.AppHost;

/// <summary>
/// Commands typed into the terminal that runs the demo: "start node2", "stop node2", "restart node2". And a word when a
/// resource ends by itself, which is when one wants them.
/// </summary>
internal sealed class TypedCommands(ResourceCommandService commands, ResourceNotificationService notifications) : BackgroundService
{
    private static readonly string[] Known = ["start", "stop", "restart"];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(ReadAsync(stoppingToken), AnnounceEndsAsync(stoppingToken));

    private async Task ReadAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // reading a terminal may block, and must not hold up the start
        while (!stoppingToken.IsCancellationRequested && await Console.In.ReadLineAsync(stoppingToken) is { } line)
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                case []:
                    break;
                case [var command, var resource] when Known.Contains(command):
                    await RunAsync(command, resource, stoppingToken);
                    break;
                default:
                    Console.WriteLine($"'{line}' is no command. There are: start, stop and restart, each with a resource, such as: start node2");
                    break;
            }
        }
    }

    private async Task RunAsync(string command, string resource, CancellationToken stoppingToken)
    {
        try
        {
            ExecuteCommandResult result = await commands.ExecuteCommandAsync(resource, command, stoppingToken);
            Console.WriteLine(result.Success ? $"{command} {resource}: done" : $"{command} {resource}: {result.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or DistributedApplicationException)
        {
            Console.WriteLine($"{command} {resource}: {e.Message}");
        }
    }

    private async Task AnnounceEndsAsync(CancellationToken stoppingToken)
    {
        Dictionary<string, string?> states = [];
        await foreach (ResourceEvent change in notifications.WatchAsync(stoppingToken))
        {
            string? state = change.Snapshot.State?.Text;
            bool wasRunning = states.TryGetValue(change.ResourceId, out string? before) && before == KnownResourceStates.Running;
            states[change.ResourceId] = state;
            if (wasRunning && KnownResourceStates.TerminalStates.Contains(state) && !stoppingToken.IsCancellationRequested)
            {
                string name = change.Resource.Name;
                Console.WriteLine($"{name} ended by itself, exit code {change.Snapshot.ExitCode?.ToString() ?? "unknown"}. To start it again type: start {name}");
            }
        }
    }
}
