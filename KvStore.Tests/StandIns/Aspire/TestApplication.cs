using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>An application of samples, described by a test and running within it.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DistributedApplication _application;

    private TestApplication(DistributedApplication application) => _application = application;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ResourceNotificationService Notifications => _application.ResourceNotifications;

    public IServiceProvider Services => _application.Services;

    /// <summary>An application as a test begins to describe it: what samples write is kept by resource, not printed.</summary>
    public static IDistributedApplicationTestingBuilder CreateBuilder(params string[] args)
    {
        var builder = DistributedApplicationTestingBuilder.Create(args);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        return builder;
    }

    public static async Task<TestApplication> StartAsync(Action<IDistributedApplicationBuilder> describe, params string[] args)
    {
        var builder = CreateBuilder(args);
        describe(builder);
        var application = new TestApplication(await builder.BuildAsync(Cancellation));
        try
        {
            await application._application.StartAsync(Cancellation);
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    public HttpClient Client(string resource, string? endpoint = null) => _application.CreateHttpClient(resource, endpoint);

    public Uri Endpoint(string resource, string? endpoint = null) => _application.GetEndpoint(resource, endpoint);

    public ValueTask<string?> ConnectionStringAsync(string resource) => _application.GetConnectionStringAsync(resource, Cancellation);

    public Task<ResourceEvent> HealthyAsync(string resource) => Within(cancel => Notifications.WaitForResourceHealthyAsync(resource, cancel));

    public Task<ResourceEvent> StateAsync(string resource, string state) =>
        Within(cancel => Notifications.WaitForResourceAsync(resource, change => change.Snapshot.State?.Text == state, cancel));

    /// <summary>The processes of a resource, in the order of their ids, once as many of them satisfy the condition.</summary>
    public Task<List<ResourceEvent>> InstancesAsync(string resource, int count, Func<ResourceEvent, bool> condition) =>
        Within(async cancel =>
        {
            var found = new SortedDictionary<string, ResourceEvent>(StringComparer.Ordinal);
            await foreach (var change in Notifications.WatchAsync(cancel))
            {
                if (change.Resource.Name == resource && condition(change))
                {
                    found[change.ResourceId] = change;
                    if (found.Count == count)
                    {
                        break;
                    }
                }
            }
            return found.Values.ToList();
        });

    public async Task<ResourceEvent> EndedAsync(string resource) =>
        await Within(cancel =>
            Notifications.WaitForResourceAsync(
                resource,
                change => change.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text),
                cancel
            )
        );

    public Task<ExecuteCommandResult> CommandAsync(string resource, string command) =>
        Within(cancel => _application.ResourceCommands.ExecuteCommandAsync(resource, command, cancel));

    /// <summary>The present state, exit code and health in one line.</summary>
    public async Task<string> DescribeAsync(string resource)
    {
        var now = (await Within(cancel => Notifications.WaitForResourceAsync(resource, _ => true, cancel))).Snapshot;
        return $"{now.State?.Text} {now.ExitCode?.ToString() ?? "-"} {now.HealthStatus?.ToString() ?? "-"}";
    }

    /// <summary>The environment of a sample service, as it sees it.</summary>
    public async Task<Dictionary<string, string>> EnvironmentAsync(string resource, string? endpoint = null)
    {
        await HealthyAsync(resource);
        using var client = Client(resource, endpoint);
        var lines = await client.GetStringAsync("/environment", Cancellation);
        return lines.Split('\n').Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1]);
    }

    /// <summary>Lines that a resource wrote, without their times, once there are as many.</summary>
    public async Task<List<string>> LinesAsync(string resource, int count)
    {
        var loggers = Services.GetRequiredService<ResourceLoggerService>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        var lines = new List<string>();
        await foreach (var batch in loggers.WatchAsync(resource).WithCancellation(limit.Token))
        {
            lines.AddRange(batch.Select(line => line.Content[(line.Content.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
            if (lines.Count >= count)
            {
                break;
            }
        }
        return lines;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static async Task<T> Within<T>(Func<CancellationToken, Task<T>> wait)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        return await wait(limit.Token);
    }
}
