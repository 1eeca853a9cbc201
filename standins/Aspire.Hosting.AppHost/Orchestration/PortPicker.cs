using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Free ports for endpoints that ask for none. They lie outside the range from which the system takes ports for outgoing connections:
/// there, a connection could take the port of a resource while it is being restarted. No port is given out twice by a process,
/// so applications side by side do not meet; each starts at a random place, so processes side by side rarely do.
/// </summary>
internal static class PortPicker
{
    private const int PortMin = 10_000;
    private const int PortMax = 32_000;
    private const string SystemRangeFile = "/proc/sys/net/ipv4/ip_local_port_range";

    private static readonly IPAddress[] PossibleLoopbacks = Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
    private static readonly Lock Sync = new();
    private static readonly HashSet<int> Given = [];
    private static readonly (int From, int To) SystemRange = ReadSystemRange();
    private static int _next = RandomNumberGenerator.GetInt32(PortMin, PortMax + 1);

    /// <summary>What "localhost" means on this machine: where the system has IPv6, its loopback may still be without.</summary>
    public static IPAddress[] LoopbackAddresses { get; } = [.. PossibleLoopbacks.Where(HasAddress)];

    public static int Pick()
    {
        lock (Sync)
        {
            for (var tries = 0; tries <= PortMax - PortMin; tries++)
            {
                var port = _next;
                _next = port == PortMax ? PortMin : port + 1;
                if ((port < SystemRange.From || port > SystemRange.To) && !Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }
        throw new DistributedApplicationException($"No port from {PortMin} to {PortMax} is free.");
    }

    /// <summary>Keeps a port that an endpoint asks for from being picked for another one.</summary>
    public static void Reserve(int port)
    {
        lock (Sync)
        {
            Given.Add(port);
        }
    }

    /// <summary>Whether a program could listen there now, on the loopback addresses that "localhost" means.</summary>
    public static bool IsFree(int port) => PossibleLoopbacks.All(address => CanListen(address, port));

    private static bool CanListen(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // Closed connections of an earlier program keep nobody from listening.
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException e)
        {
            // A machine without IPv6 on its loopback: no program can listen there, so nobody is in the way.
            return e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }

    private static bool HasAddress(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static (int From, int To) ReadSystemRange()
    {
        const int FromByDefault = 49_152;
        const int ToByDefault = 65_535;
        try
        {
            var parts = File.ReadAllText(SystemRangeFile).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return int.TryParse(parts[0], out var from) && int.TryParse(parts[1], out var to) ? (from, to) : (FromByDefault, ToByDefault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return (FromByDefault, ToByDefault);
        }
    }
}
