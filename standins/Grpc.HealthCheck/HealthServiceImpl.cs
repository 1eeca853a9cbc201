using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.HealthCheck;

/// <summary>The health service over statuses that the application sets.</summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    // Changes that wait for a slow watcher. Beyond it the oldest are dropped: it misses states in between, never the latest.
    private const int ChangesMax = 5;

    // Guards both; a watcher is told in the order in which statuses were set.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServingStatus> _statuses = [];
    private readonly Dictionary<string, List<ChannelWriter<ServingStatus>>> _watchers = [];

    /// <summary>Sets the status of a service and tells those who watch it, if it changed.</summary>
    /// <param name="service">Name of the service; empty means the server as a whole.</param>
    /// <param name="status">What it is from now on.</param>
    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            if (StatusOf(service) != status)
            {
                Tell(service, status);
            }

            _statuses[service] = status;
        }
    }

    /// <summary>Forgets a service: it is unknown from now on.</summary>
    public void ClearStatus(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            if (_statuses.Remove(service, out var status) && status != ServingStatus.ServiceUnknown)
            {
                Tell(service, ServingStatus.ServiceUnknown);
            }
        }
    }

    /// <summary>Forgets every service.</summary>
    public void ClearAll()
    {
        lock (_lock)
        {
            foreach (var service in _statuses.Keys.ToList())
            {
                ClearStatus(service);
            }
        }
    }

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        lock (_lock)
        {
            return _statuses.TryGetValue(request.Service, out var status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(new Status(StatusCode.NotFound, ""));
        }
    }

    /// <inheritdoc/>
    public override Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context) =>
        WatchAsync(request.Service, responseStream, context.CancellationToken);

    // Until the token is cancelled, which is no failure.
    internal async Task WatchAsync(string service, IServerStreamWriter<HealthCheckResponse> responseStream, CancellationToken cancellationToken)
    {
        var changes = Channel.CreateBounded<ServingStatus>(new BoundedChannelOptions(ChangesMax) { FullMode = BoundedChannelFullMode.DropOldest });
        Add(service, changes.Writer);
        await using var end = cancellationToken.Register(() => changes.Writer.TryComplete());
        try
        {
            await foreach (var status in changes.Reader.ReadAllAsync(CancellationToken.None))
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, CancellationToken.None);
            }
        }
        finally
        {
            Remove(service, changes.Writer);
        }
    }

    private ServingStatus StatusOf(string service) => _statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown);

    private void Add(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (_lock)
        {
            watcher.TryWrite(StatusOf(service));
            if (!_watchers.TryGetValue(service, out var watchers))
            {
                _watchers.Add(service, watchers = []);
            }

            watchers.Add(watcher);
        }
    }

    private void Remove(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (_lock)
        {
            if (_watchers[service].Remove(watcher) && _watchers[service].Count == 0)
            {
                _watchers.Remove(service);
            }
        }
    }

    private void Tell(string service, ServingStatus status) =>
        _watchers.GetValueOrDefault(service)?.ForEach(watcher => watcher.TryWrite(status));
}
