using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Proxies;

/// <summary>
/// Listens on the port that others know an endpoint by and connects each of them with a process of the resource, one after the other.
///
/// It listens for the life of the application, so nobody else gets the port while the resource is down. A connection that comes when
/// no process runs is reset at once. One that comes while a process has just been started is held until the process listens, at most for
/// <see cref="HoldTriesMax"/> tries. Beyond <see cref="ConnectionsMax"/> connections, further ones wait with the system.
/// </summary>
internal sealed class EndpointProxy : IDisposable
{
    private const int ConnectionsMax = 4096;
    private const int ListenBacklog = 512;
    private const int HoldTriesMax = 1200;
    private static readonly TimeSpan HoldInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan AcceptAgainTime = TimeSpan.FromMilliseconds(100);

    private readonly Lock _sync = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly CancellationToken _disposed;

    [SuppressMessage("Usage", "CA2213", Justification = "Connections that end later still release it, and it holds no handle.")]
    private readonly SemaphoreSlim _slots = new(ConnectionsMax, ConnectionsMax);

    private readonly List<Socket> _listeners = [];
    private ImmutableArray<ProxyTarget> _targets = [];
    private int _turn;

    private EndpointProxy() => _disposed = _disposing.Token;

    /// <param name="addresses">Where to listen.</param>
    /// <param name="port">The same on all of them.</param>
    /// <exception cref="SocketException">Somebody else listens there.</exception>
    public static EndpointProxy Listen(IEnumerable<IPAddress> addresses, int port)
    {
        var proxy = new EndpointProxy();
        try
        {
            foreach (var address in addresses)
            {
                proxy._listeners.Add(Bind(address, port));
            }
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
        proxy._listeners.ForEach(listener => _ = proxy.AcceptAsync(listener));
        return proxy;
    }

    /// <summary>A process is being started: clients are connected with it as soon as it listens.</summary>
    public void Add(ProxyTarget target)
    {
        lock (_sync)
        {
            _targets = _targets.Add(target);
        }
    }

    /// <summary>A process has ended.</summary>
    public void Remove(int instance)
    {
        lock (_sync)
        {
            foreach (var ended in _targets.Where(target => target.Instance == instance))
            {
                _ = ended.EndAsync();
            }
            _targets = _targets.RemoveAll(target => target.Instance == instance);
        }
    }

    public void Dispose()
    {
        _disposing.Cancel();
        _disposing.Dispose();
        _listeners.ForEach(listener => listener.Dispose());
        lock (_sync)
        {
            foreach (var target in _targets)
            {
                target.Cut();
            }
            _targets = [];
        }
    }

    private static Socket Bind(IPAddress address, int port)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                listener.DualMode = false;
            }
            if (!OperatingSystem.IsWindows())
            {
                // Closed connections of an earlier program keep nobody from listening.
                listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(ListenBacklog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                await _slots.WaitAsync(_disposed);
                try
                {
                    var client = await listener.AcceptAsync(_disposed);
                    _ = ServeAsync(client);
                }
                catch (SocketException)
                {
                    // The client has left again, or this process has too many files open: then trying at once would be in vain.
                    _slots.Release();
                    await Task.Delay(AcceptAgainTime, _disposed);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The application has stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            client.NoDelay = true;
            if (await ConnectAsync() is var (target, server))
            {
                await target.RunAsync(new ProxiedConnection(client, server));
                return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The application has stopped, or the client is gone.
        }
        finally
        {
            _slots.Release();
        }
        ProxiedConnection.Reset(client);
    }

    private async Task<(ProxyTarget Target, Socket Server)?> ConnectAsync()
    {
        for (var tries = 0; tries < HoldTriesMax; tries++)
        {
            var targets = _targets;
            var first = (int)((uint)Interlocked.Increment(ref _turn) % (uint)Math.Max(targets.Length, 1));
            for (var i = 0; i < targets.Length; i++)
            {
                var target = targets[(first + i) % targets.Length];
                if (await target.TryConnectAsync(_disposed) is { } server)
                {
                    return (target, server);
                }
            }
            if (targets.All(target => target.HasAnswered))
            {
                return null;
            }
            await Task.Delay(HoldInterval, _disposed);
        }
        return null;
    }
}
