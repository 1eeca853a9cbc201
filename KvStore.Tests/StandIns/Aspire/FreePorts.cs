using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace KvStore.Tests.StandIns.Aspire;

internal static class FreePorts
{
    private const int TriesMax = 1000;

    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    /// <summary>A port on which nobody listens now, and which was not given to anybody before: the system may give one twice in a row.</summary>
    public static int Take()
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (Taken.TryAdd(port, true))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"The system gave {TriesMax} ports that had been taken before.");
    }
}
