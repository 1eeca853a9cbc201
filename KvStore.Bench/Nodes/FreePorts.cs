using System.Net;
using System.Net.Sockets;

namespace KvStore.Bench.Nodes;

/// <summary>
/// Ports that nobody listens on, below those that systems give to outgoing connections, so that none of those takes a node's
/// port before the node does.
/// </summary>
internal sealed class FreePorts
{
    private const int PortMin = 20_000;
    private const int PortMax = 31_999;

    private int _next = Random.Shared.Next(PortMin, PortMax);

    public int Take()
    {
        for (int tries = PortMin; tries <= PortMax; tries++)
        {
            int port = _next;
            _next = port == PortMax ? PortMin : port + 1;
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port from {PortMin} to {PortMax} is free.");
    }

    private static bool IsFree(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
