using System.Buffers;
using System.Net.Sockets;

namespace Aspire.Hosting.Proxies;

/// <summary>
/// Bytes between a client and the program it was connected with, in both directions at once.
///
/// The end of one direction is passed on and leaves the other one open, as a connection without a proxy would. A connection that breaks on
/// one side is reset on the other. A direction holds a buffer only while bytes are there, so idle connections cost no memory for data.
/// </summary>
internal sealed class ProxiedConnection(Socket client, Socket server)
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Returns when both directions have ended.</summary>
    public async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
        }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }

    /// <summary>Cuts the connection on both sides, whatever is under way.</summary>
    public void Abort()
    {
        Reset(client);
        Reset(server);
    }

    /// <summary>Ends a connection so that the other side sees that it was cut.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is broken or closed already.
        }
        socket.Dispose();
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            do
            {
                // Of no bytes: done when there are some, or the end.
                await from.ReceiveAsync(Memory<byte>.Empty);
            } while (await PassOnAsync(from, to));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Abort();
        }
    }

    /// <returns>False at the end.</returns>
    private static async Task<bool> PassOnAsync(Socket from, Socket to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            do
            {
                var count = await from.ReceiveAsync(buffer.AsMemory());
                if (count == 0)
                {
                    return false;
                }
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            } while (from.Available > 0);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
