using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Proxies;

/// <summary>One running process behind a proxy: where it listens, and the connections that it has.</summary>
internal sealed class ProxyTarget(int instance, IPAddress[] addresses, int port)
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private readonly Lock _sync = new();
    private readonly HashSet<ProxiedConnection> _connections = [];
    private bool _isCut;

    /// <summary>Which of the resource's processes it is.</summary>
    public int Instance { get; } = instance;

    /// <summary>It has taken a connection: from then on, one that it refuses is refused, not held.</summary>
    public bool HasAnswered { get; private set; }

    /// <returns>A connection with the process, or null if it does not listen.</returns>
    public async Task<Socket?> TryConnectAsync(CancellationToken cancellationToken)
    {
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                HasAnswered = true;
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        return null;
    }

    /// <summary>Runs a connection until it ends, or until the process has ended.</summary>
    public async Task RunAsync(ProxiedConnection connection)
    {
        lock (_sync)
        {
            _connections.Add(connection);
            if (_isCut)
            {
                connection.Abort();
            }
        }
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            lock (_sync)
            {
                _connections.Remove(connection);
            }
        }
    }

    /// <summary>
    /// The process has ended. Its own end of each connection is closed by the system and what it wrote is still passed on; what stays open
    /// after that is held by somebody who inherited it, or by a client that does not read, and is cut.
    /// </summary>
    public async Task EndAsync()
    {
        await Task.Delay(DrainTime);
        Cut();
    }

    public void Cut()
    {
        lock (_sync)
        {
            _isCut = true;
            foreach (var connection in _connections)
            {
                connection.Abort();
            }
        }
    }
}
