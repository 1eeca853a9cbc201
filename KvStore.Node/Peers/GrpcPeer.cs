using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Protocol.Peers;

namespace KvStore.Node.Peers;

/// <summary>
/// The dialling end of a real wire: one HTTP/2 connection (h2c) with one gRPC stream, made anew for every attempt, so that
/// nothing of a broken connection is used again.
/// </summary>
/// <param name="address">"http://host:port".</param>
/// <param name="faults">What is done to frames on purpose; null where that is not allowed.</param>
internal sealed class GrpcPeer(string address, LinkClass linkClass, FaultSwitch? faults = null) : IPeer
{
    /// <summary>The call's metadata says the class, as the number of <see cref="LinkClass"/>.</summary>
    public const string LinkClassHeader = "kv-link-class";

    public static readonly TimeSpan ConnectMax = TimeSpan.FromSeconds(2);

    private const int StreamWindowBytes = 1024 * 1024;

    private volatile GrpcFrameStream? _stream;
    private volatile Action? _cancel;

    public void Open(PeerLink link)
    {
        CancellationTokenSource cancelled = new();
        _cancel = cancelled.Cancel;
        Run(link, cancelled);
    }

    public void Send(ReadOnlyMemory<byte> frame) => _stream?.Send(frame);

    public void Close() => _cancel?.Invoke();

    // Nobody waits for it: an exception that is not a lost connection is a bug, and ends the process.
    private async void Run(PeerLink link, CancellationTokenSource cancelled)
    {
        // The stream outlives whatever happens to be traced now.
        Activity.Current = null;
        link.OnLost(await ExchangeAsync(link, cancelled));
    }

    /// <returns>Why it ended.</returns>
    private async Task<string> ExchangeAsync(PeerLink link, CancellationTokenSource cancelled)
    {
        GrpcChannel channel;
        try
        {
            channel = NewChannel();
        }
        catch (Exception failure) when (failure is UriFormatException or ArgumentException or InvalidOperationException)
        {
            return $"the address {address} cannot be used: {failure.Message}";
        }

        using (channel)
        {
            try
            {
                return await ExchangeAsync(channel, link, cancelled);
            }
            catch (RpcException failure)
            {
                string? cause = failure.Status.DebugException?.Message;
                return $"{failure.StatusCode}: {failure.Status.Detail}{(cause is null ? "" : $" {cause}")} ({address})";
            }
        }
    }

    private async Task<string> ExchangeAsync(GrpcChannel channel, PeerLink link, CancellationTokenSource cancelled)
    {
        Metadata metadata = new() { { LinkClassHeader, ((byte)linkClass).ToString(CultureInfo.InvariantCulture) } };
        using AsyncDuplexStreamingCall<FrameChunk, FrameChunk> call =
            new Peer.PeerClient(channel).Exchange(metadata, cancellationToken: cancelled.Token);
        await call.ResponseHeadersAsync;
        GrpcFrameStream stream = new(call.ResponseStream, call.RequestStream, link, cancelled.Cancel, faults);
        _stream = stream;
        try
        {
            link.OnOpened();
            return await stream.RunAsync();
        }
        finally
        {
            _stream = null;
        }
    }

    private GrpcChannel NewChannel() => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = ConnectMax,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),

            // No spans for a call that lasts as long as the process.
            ActivityHeadersPropagator = null,
        },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = GrpcFrameStream.MessageBytesMax,
        MaxSendMessageSize = GrpcFrameStream.MessageBytesMax,
    });
}
