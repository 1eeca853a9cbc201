using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>One member's address: its channel, its stubs, and who answered there.</summary>
internal sealed class Endpoint : IDisposable
{
    private const int RestDoublingsMax = 5;

    private static readonly TimeSpan KeepAliveDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(5);

    private static readonly long RestMin = Stopwatch.Frequency;

    private readonly GrpcChannel _channel;
    private readonly TimeSpan _connectTimeout;

    // Written by the connection that was made last, read for telemetry only.
    private volatile IPEndPoint? _peer;

    private readonly Lock _beginning = new();
    private volatile Session? _session;
    private bool _isDisposed;

    // Stopwatch ticks until which there are better ones to ask; 0 while it answers.
    private long _restsUntil;
    private int _failuresInARow;

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

    public OverloadThrottle Throttle { get; } = new();

    public Wire.Kv.KvClient Kv { get; }

    public Wire.Cluster.ClusterClient Cluster { get; }

    /// <summary>False once the member has said that it knows none.</summary>
    public bool MayHaveSessions { get; set; } = true;

    /// <summary>The machine behind the address, as far as it was reached.</summary>
    public IPEndPoint? Peer => _peer;

    /// <summary>
    /// Whether it is to be preferred where it would be the best one to ask. After it failed to answer one call in a while finds out
    /// whether it does again: 1 s after the first failure, 32 s after many.
    /// </summary>
    public bool IsWorthAsking()
    {
        long restsUntil = Volatile.Read(ref _restsUntil);
        long now = Stopwatch.GetTimestamp();
        return restsUntil == 0
            || (now >= restsUntil && Interlocked.CompareExchange(ref _restsUntil, now + RestMin, restsUntil) == restsUntil);
    }

    /// <summary>It answered, if only with a refusal of its own.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _restsUntil) != 0)
        {
            Volatile.Write(ref _failuresInARow, 0);
            Volatile.Write(ref _restsUntil, 0);
        }
    }

    /// <summary>It did not answer, or cannot serve.</summary>
    public void Failed()
    {
        int doublings = Math.Min(Interlocked.Increment(ref _failuresInARow) - 1, RestDoublingsMax);
        Volatile.Write(ref _restsUntil, Stopwatch.GetTimestamp() + (RestMin << doublings));
    }

    /// <summary>The session that takes operations now; begun if there is none.</summary>
    public Session Session()
    {
        Session? session = _session;
        if (session is { IsOpen: true })
        {
            return session;
        }

        lock (_beginning)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(KvClient));
            return _session is { IsOpen: true } ? _session : _session = Calls.Session.Begin(Address, Kv);
        }
    }

    public void Dispose()
    {
        lock (_beginning)
        {
            _isDisposed = true;
            _session?.Dispose();
        }

        _channel.Dispose();
    }

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
