using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KvStore.Tests.FrontEnds.Grpc;

/// <summary>One HTTP/2 connection made of frames that the test chooses, for what no client library would send.</summary>
internal sealed class RawHttp2 : IDisposable
{
    private const int HeaderBytes = 9;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public static byte[] Preface { get; } = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    public static byte[] Settings { get; } = Frame(4, 0, 0, []);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, HeaderBytes);
        return frame;
    }

    /// <summary>HEADERS of a call whose request messages are still to come.</summary>
    public static byte[] Call(int stream, string path) => Frame(1, 0x4, stream, [
        .. Literal(":method", "POST"), .. Literal(":scheme", "http"), .. Literal(":path", path), .. Literal(":authority", "localhost"),
        .. Literal("content-type", "application/grpc"), .. Literal("te", "trailers"),
    ]);

    public async Task SendAsync(IPEndPoint server, params byte[] bytes)
    {
        if (!_socket.Connected)
        {
            await _socket.ConnectAsync(server, Cancellation);
        }

        await _socket.SendAsync(bytes, Cancellation);
    }

    /// <returns>The error code of the GOAWAY that the server ends the connection with; null if it ends without one.</returns>
    public async Task<int?> GoAwayAsync()
    {
        await using NetworkStream stream = new(_socket);
        byte[] header = new byte[HeaderBytes];
        int? code = null;
        try
        {
            while (await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, Cancellation) == HeaderBytes)
            {
                byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >>> 8];
                await stream.ReadExactlyAsync(payload, Cancellation);
                code = header[3] == 7 ? BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4)) : code;
            }
        }
        catch (IOException)
        {
            // Reset after the GOAWAY, because not all that was sent was read.
        }

        return code;
    }

    /// <summary>Cuts the connection off without a word.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>A header in HPACK: not indexed, not compressed.</summary>
    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
