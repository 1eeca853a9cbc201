using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;

namespace KvStore.Hosting;

/// <summary>
/// Ports that nobody listens on, for nodes that are to be reached where they listen. They lie below the ports that systems take for
/// outgoing connections, because such a connection could take the port of a node that is being restarted.
/// </summary>
internal static class FreePorts
{
    private const int PortMin = 20_000;
    private const int PortMax = 31_999;

    private static readonly Lock Sync = new();

    // A random beginning, so that demos of several processes seldom try the same ports at the same time.
    private static int _next = Random.Shared.Next(PortMin, PortMax + 1);

    /// <summary>A port that this process has not been given before, unless it has been given all of them.</summary>
    public static int Take()
    {
        lock (Sync)
        {
            for (var tries = 0; tries <= PortMax - PortMin; tries++)
            {
                var port = _next;
                _next = port == PortMax ? PortMin : port + 1;
                if (IsFree(port))
                {
                    return port;
                }
            }
        }
        throw new DistributedApplicationException($"No port from {PortMin} to {PortMax} is free.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
