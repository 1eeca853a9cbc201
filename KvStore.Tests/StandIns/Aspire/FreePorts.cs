using System.Net;
using System.Net.Sockets;

namespace KvStore.Tests.StandIns.Aspire;

internal static class FreePorts
{
    /// <summary>A port on which nobody listens now.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
