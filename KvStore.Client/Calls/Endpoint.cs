using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>One member's address: its channel, its stubs, and who answered there.</summary>
internal sealed class Endpoint : IDisposable
{
    private static readonly TimeSpan KeepAliveDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(5);

    private readonly GrpcChannel _channel;
    private readonly TimeSpan _connectTimeout;

    // Written by the connection that was made last, read for telemetry only.
    private volatile IPEndPoint? _peer;

    public Endpoint(Uri address, KvClientOptions options)
    {
        Address = address;
        _connectTimeout = options.ConnectTimeout;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = ConnectAsync,
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = KeepAliveDelay,
                KeepAlivePingTimeout = KeepAliveTimeout,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                UseProxy = false,
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.ReplyBytesMax,
            MaxSendMessageSize = null,
        });
        Kv = new Wire.Kv.KvClient(_channel);
        Cluster = new Wire.Cluster.ClusterClient(_channel);
    }

    public Uri Address { get; }

    public Wire.Kv.KvClient Kv { get; }

    public Wire.Cluster.ClusterClient Cluster { get; }

    /// <summary>The machine behind the address, as far as it was reached.</summary>
    public IPEndPoint? Peer => _peer;

    public void Dispose() => _channel.Dispose();

    // An IPv4 address on a socket for both versions is written as IPv6; telemetry wants what people know.
    private static IPEndPoint Plain(IPEndPoint peer) =>
        peer.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(peer.Address.MapToIPv4(), peer.Port) : peer;

    /// <summary>
    /// Connects within the time allowed. Running out of it is told as a failure to connect, which is known not to have
    /// applied anything, and not as a cancelled call, which is not.
    /// </summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_connectTimeout);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, limit.Token).ConfigureAwait(false);
            _peer = socket.RemoteEndPoint is IPEndPoint peer ? Plain(peer) : null;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
