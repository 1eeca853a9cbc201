using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Shows what resources write: to the AppHost's loggers (category {application}.Resources.{resource}) if it asked for that,
/// else on its console, each line with the name of its resource before it, or with the id of its process where a resource has several.
/// </summary>
internal sealed class ResourceLogForwarder(
    ResourceLoggerService loggers,
    DistributedApplicationOptions options,
    IHostEnvironment environment,
    ILoggerFactory factory
) : IHostedService
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);
    private readonly Lock _console = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        loggers.LineReceived += Forward;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Forward(string resource, string? process, string text, bool isError)
    {
        if (!options.EnableResourceLogging)
        {
            lock (_console)
            {
                (isError ? Console.Error : Console.Out).WriteLine($"[{process ?? resource}] {text}");
            }
            return;
        }
        var logger = _loggers.GetOrAdd(resource, name => factory.CreateLogger($"{environment.ApplicationName}.Resources.{name}"));
        logger.Log(isError ? LogLevel.Error : LogLevel.Information, "{Line}", text);
    }
}
