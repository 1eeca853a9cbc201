using System.Collections.Concurrent;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>The connections of the moment, up to <see cref="RespLimits.ConnectionsMax"/>. Any thread.</summary>
internal sealed class RespClients
{
    private readonly ConcurrentDictionary<long, RespConnection> _connections = new();
    private long _lastId;
    private int _count;
    private long _refused;

    public int Count => Volatile.Read(ref _count);

    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>How many there have been.</summary>
    public long Ever => Interlocked.Read(ref _lastId);

    /// <summary>How many of those were refused because there were too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>In the order of coming.</summary>
    public IReadOnlyList<RespConnection> All => [.. _connections.Values.OrderBy(connection => connection.Client.Id)];

    /// <returns>False if there are too many.</returns>
    public bool TryAdd(RespConnection connection)
    {
        if (Interlocked.Increment(ref _count) > RespLimits.ConnectionsMax)
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Increment(ref _refused);
            return false;
        }

        return _connections.TryAdd(connection.Client.Id, connection);
    }

    public void Remove(RespConnection connection)
    {
        if (_connections.TryRemove(connection.Client.Id, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
