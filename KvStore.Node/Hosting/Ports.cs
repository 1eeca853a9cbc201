using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KvStore.Node.Hosting;

/// <summary>The two ports of a member.</summary>
/// <param name="Http">REST and health, HTTP/1.1.</param>
/// <param name="Grpc">Clients and peers, h2c.</param>
internal sealed record Ports(int Http, int Grpc)
{
    /// <summary>The configured ports, with free ones where the configuration leaves the choice open.</summary>
    public static Ports Of(NodeOptions options)
    {
        // Both are held until both are known, or the second could be the first.
        using Socket http = NewSocket(options.BindAddress);
        using Socket grpc = NewSocket(options.BindAddress);
        return new Ports(Choose(http, options.HttpPort, options.BindAddress), Choose(grpc, options.GrpcPort, options.BindAddress));
    }

    /// <summary>Which of the ports is taken, and by which setting it is chosen.</summary>
    public static string InUse(NodeOptions options, IOException failure)
    {
        string http = options.HttpPort.ToString(CultureInfo.InvariantCulture);
        bool isHttp = failure.Message.Contains($":{http}", StringComparison.Ordinal);
        (string key, int port) = isHttp ? ("HttpPort", options.HttpPort) : ("GrpcPort", options.GrpcPort);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Name} cannot listen on {options.BindAddress}:{port}: the port is in use. Stop what uses it, or set KvStore:{key} (KvStore__{key}) to another port; 0 takes a free one.");
    }

    private static int Choose(Socket probe, int configured, IPAddress address)
    {
        if (configured != 0)
        {
            return configured;
        }

        probe.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private static Socket NewSocket(IPAddress address) => new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
}
