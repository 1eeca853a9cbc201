using System.Collections.Concurrent;
using System.Net;
using KvStore.Tests.Cluster;
using StackExchange.Redis;

namespace KvStore.Tests.Interop;

/// <summary>StackExchange.Redis as applications use it, and everything that it complains of. Close it last: it looks on until then.</summary>
internal sealed class DotNetRedis : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConnectionMultiplexer _multiplexer;

    private DotNetRedis(ConnectionMultiplexer multiplexer)
    {
        _multiplexer = multiplexer;
        multiplexer.ConnectionFailed += (_, failed) => _complaints.Enqueue($"{failed.EndPoint} {failed.ConnectionType}: {failed.FailureType}, {failed.Exception?.Message}");
        multiplexer.InternalError += (_, error) => _complaints.Enqueue($"{error.Origin}: {error.Exception.Message}");
        multiplexer.ErrorMessage += (_, error) => _complaints.Enqueue(error.Message);
    }

    public ConnectionMultiplexer Multiplexer => _multiplexer;

    public IDatabase Database => _multiplexer.GetDatabase();

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>
    /// Waits until an error that a caller was told is the one complaint: the client announces it besides, on a thread of its own,
    /// before the caller knows or after.
    /// </summary>
    public Task ComplainsOnlyOfAsync(Exception told, CancellationToken cancellationToken) => Eventually.IsAsync(
        "complaints", told.Message, _ => Task.FromResult(string.Join("; ", _complaints)), cancellationToken);

    /// <param name="protocol">2 or 3.</param>
    public static Task<DotNetRedis> ConnectAsync(int protocol, params IEnumerable<IPEndPoint> endPoints) => ConnectAsync(OptionsOf(protocol, endPoints));

    public static async Task<DotNetRedis> ConnectAsync(ConfigurationOptions options) => new(await ConnectionMultiplexer.ConnectAsync(options));

    /// <summary>Those of an application that names its nodes and nothing else, but for a machine that is busy with tests.</summary>
    public static ConfigurationOptions OptionsOf(int protocol, params IEnumerable<IPEndPoint> endPoints)
    {
        const int PatienceMilliseconds = 60_000;
        ConfigurationOptions options = new()
        {
            Protocol = protocol == 3 ? RedisProtocol.Resp3 : RedisProtocol.Resp2,
            ClientName = "stock",
            ConnectTimeout = PatienceMilliseconds,
            SyncTimeout = PatienceMilliseconds,
            AsyncTimeout = PatienceMilliseconds,
        };
        foreach (IPEndPoint endPoint in endPoints)
        {
            options.EndPoints.Add(endPoint);
        }

        return options;
    }

    public ValueTask DisposeAsync() => _multiplexer.DisposeAsync();
}
