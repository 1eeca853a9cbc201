using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What each resource wrote to its console, and what the AppHost has to say about it. The newest lines are kept.</summary>
public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Called with every line as it is received: resource, the id of its process or null, text without its time, whether it is an error.</summary>
    internal event Action<string, string?, string, bool>? LineReceived;

    public ILogger GetLogger(IResource resource) => GetLogger(resource.Name);

    public ILogger GetLogger(string resourceName) => new ResourceLogger(line => Add(resourceName, line.Text, line.IsError));

    internal ILogger GetLogger(IResource resource, string resourceId) =>
        new ResourceLogger(line => Add(resource, resourceId, line.Text, line.IsError));

    /// <summary>The lines so far, then new ones until the resource's log is complete. The reader ends it by leaving the loop.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(resource.Name);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => Log(resourceName).WatchAsync();

    /// <summary>The lines so far.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => GetAllAsync(resource.Name);

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        await Task.CompletedTask;
        yield return Log(resourceName).Lines();
    }

    public void Complete(IResource resource) => Complete(resource.Name);

    public void Complete(string name) => Log(name).Complete();

    public void ClearBacklog(string resourceName) => Log(resourceName).Clear();

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Complete();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>A line of one process is kept under its id and among the lines of the resource.</summary>
    internal void Add(IResource resource, string resourceId, string text, bool isError)
    {
        Log(resourceId).Add(text, isError);
        if (resourceId != resource.Name)
        {
            Log(resource.Name).Add(text, isError);
        }
        LineReceived?.Invoke(resource.Name, resource.GetReplicaCount() > 1 ? resourceId : null, text, isError);
    }

    private void Add(string resourceName, string text, bool isError)
    {
        Log(resourceName).Add(text, isError);
        LineReceived?.Invoke(resourceName, null, text, isError);
    }

    private ResourceLog Log(string name) => _logs.GetOrAdd(name, static _ => new ResourceLog());
}
