using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KvStore.Tests.StandIns.Aspire;

/// <summary>
/// Listens on the port in SAMPLE_PORT and sends back what it receives. When a client has nothing more to send it says "end" and the number of
/// bytes. Given the port of a gate, it begins to listen when its connection with that ends.
/// </summary>
internal static class EchoServer
{
    private const int BufferBytes = 32 * 1024;

    public static async Task RunAsync(string? gate)
    {
        if (gate is not null)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, int.Parse(gate, CultureInfo.InvariantCulture), CancellationToken.None);
            await client.GetStream().CopyToAsync(Stream.Null, CancellationToken.None);
        }
        var port = int.Parse(Environment.GetEnvironmentVariable("SAMPLE_PORT")!, CultureInfo.InvariantCulture);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine($"listening {Environment.ProcessId}");
        while (true)
        {
            _ = ServeAsync(await listener.AcceptTcpClientAsync(CancellationToken.None));
        }
    }

    private static async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var buffer = new byte[BufferBytes];
                long sum = 0;
                while (await stream.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
                {
                    sum += count;
                    await stream.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None);
                }
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"end {sum}"), CancellationToken.None);
            }
        }
        catch (IOException)
        {
            // The client has left.
        }
    }
}
