using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace KvStore.Node.Hosting;

/// <summary>
/// The ports of a member, taken before anything else is done: a port in use is known before a data directory is opened,
/// and a free port that was asked for is known before the member tells anyone its address.
/// </summary>
internal sealed class Ports : IDisposable
{
    private readonly Dictionary<IPEndPoint, Socket> _bound;

    private Ports(Socket http, Socket grpc, Socket? resp)
    {
        HttpEndPoint = (IPEndPoint)http.LocalEndPoint!;
        GrpcEndPoint = (IPEndPoint)grpc.LocalEndPoint!;
        _bound = new Dictionary<IPEndPoint, Socket> { [HttpEndPoint] = http, [GrpcEndPoint] = grpc };
        if (resp is not null)
        {
            RespEndPoint = (IPEndPoint)resp.LocalEndPoint!;
            _bound.Add(RespEndPoint, resp);
        }
    }

    /// <summary>REST and health, HTTP/1.1.</summary>
    public IPEndPoint HttpEndPoint { get; }

    /// <summary>Clients and peers, h2c.</summary>
    public IPEndPoint GrpcEndPoint { get; }

    /// <summary>The Redis protocol; null where it is not spoken.</summary>
    public IPEndPoint? RespEndPoint { get; }

    public int Http => HttpEndPoint.Port;

    public int Grpc => GrpcEndPoint.Port;

    /// <param name="problem">For the operator: which port, by which setting, and what to do.</param>
    public static bool TryBind(NodeOptions options, [NotNullWhen(true)] out Ports? ports, [NotNullWhen(false)] out string? problem)
    {
        ports = null;
        if (!TryBind(options, nameof(NodeOptions.HttpPort), options.HttpPort, out Socket? http, out problem))
        {
            return false;
        }

        if (!TryBind(options, nameof(NodeOptions.GrpcPort), options.GrpcPort, out Socket? grpc, out problem))
        {
            http.Dispose();
            return false;
        }

        Socket? resp = null;
        if (options.Resp.Port is { } port && !TryBind(options, "Resp:Port", port, out resp, out problem))
        {
            http.Dispose();
            grpc.Dispose();
            return false;
        }

        ports = new Ports(http, grpc, resp);
        return true;
    }

    /// <summary>Hands a socket over to the server, which closes it.</summary>
    public Socket Take(EndPoint endPoint) => _bound.Remove((IPEndPoint)endPoint, out Socket? socket)
        ? socket
        : throw new InvalidOperationException($"{endPoint} is not one of the member's ports, or was taken before.");

    /// <summary>Closes what was not taken.</summary>
    public void Dispose()
    {
        foreach (Socket socket in _bound.Values)
        {
            socket.Dispose();
        }

        _bound.Clear();
    }

    private static bool TryBind(
        NodeOptions options, string key, int port, [NotNullWhen(true)] out Socket? bound, [NotNullWhen(false)] out string? problem)
    {
        IPEndPoint endPoint = new(options.BindAddress, port);
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            bound = socket;
            problem = null;
            return true;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            bound = null;
            problem = Explain(options, key, endPoint, e);
            return false;
        }
    }

    private static string Explain(NodeOptions options, string key, IPEndPoint endPoint, SocketException exception)
    {
        string port = $"KvStore:{key} (environment KvStore__{key.Replace(":", "__", StringComparison.Ordinal)})";
        return exception.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                $"{options.Name} cannot listen on {endPoint}: the port is in use. Stop what uses it, or give another {port}; 0 takes a free one.",
            SocketError.AddressNotAvailable =>
                $"{options.Name} cannot listen on {endPoint}: this machine has no such address. Give another KvStore:BindAddress (environment KvStore__BindAddress).",
            SocketError.AccessDenied =>
                $"{options.Name} cannot listen on {endPoint}: this user may not. Those below 1024 often need a right of their own; give another {port}.",
            _ => $"{options.Name} cannot listen on {endPoint}: {exception.Message}. See {port}.",
        };
    }
}
