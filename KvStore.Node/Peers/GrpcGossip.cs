using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KvStore.Node.Telemetry;
using KvStore.Protocol.Peers;
using Microsoft.Extensions.Logging;

namespace KvStore.Node.Peers;

/// <summary>
/// Packets of failure detection and messages of elections on their way to other members: one HTTP/2 connection (h2c) to each,
/// used for nothing else. What cannot be sent at once, or is not received within <see cref="SendMax"/>, is lost, which is what
/// the detector is there to notice and elections put up with.
/// </summary>
internal sealed class GrpcGossip(TimeProvider time, ILogger logger) : IGossipWire
{
    /// <summary>Packets on their way to one member; beyond it they are lost.</summary>
    public const int InFlightMax = 32;

    /// <summary>A packet says how things are now: later it would say how they were.</summary>
    public static readonly TimeSpan SendMax = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Way> _ways = [];
    private bool _closed;

    /// <inheritdoc/>
    public void Keep(IReadOnlyCollection<string> addresses)
    {
        List<Way> gone = [];
        lock (_lock)
        {
            foreach (string address in _ways.Keys.Where(address => !addresses.Contains(address)).ToList())
            {
                gone.Add(_ways[address]);
                _ways.Remove(address);
            }
        }

        gone.ForEach(way => way.Channel.Dispose());
    }

    /// <inheritdoc/>
    public void Send(string address, byte[] packet, TimeSpan delay = default) => Send(address, packet, delay, static async (peer, packet, limit) =>
        await peer.GossipAsync(new GossipChunk { Bytes = UnsafeByteOperations.UnsafeWrap(packet) }, cancellationToken: limit));

    /// <inheritdoc/>
    public void SendElection(string address, byte[] message, TimeSpan delay = default) => Send(address, message, delay, static async (peer, message, limit) =>
        await peer.ElectAsync(new ElectionChunk { Bytes = UnsafeByteOperations.UnsafeWrap(message) }, cancellationToken: limit));

    private void Send(string address, byte[] packet, TimeSpan delay, Func<Peer.PeerClient, byte[], CancellationToken, Task> call)
    {
        Way? way;
        lock (_lock)
        {
            if (_closed || (way = Find(address)) is null || way.InFlight >= InFlightMax)
            {
                return;
            }

            way.InFlight++;
        }

        _ = SendAsync(way, packet, delay, call);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
        }

        Keep([]);
    }

    /// <summary>Under the lock.</summary>
    private Way? Find(string address)
    {
        if (_ways.TryGetValue(address, out Way? way))
        {
            return way;
        }

        try
        {
            return _ways[address] = new Way(NewChannel(address));
        }
        catch (Exception failure) when (failure is UriFormatException or ArgumentException or InvalidOperationException)
        {
            logger.LogWarning(NodeEvents.GossipAddressUnusable, "Failure detection cannot use the address {Address}: {Reason}", address, failure.Message);
            return null;
        }
    }

    private async Task SendAsync(Way way, byte[] packet, TimeSpan delay, Func<Peer.PeerClient, byte[], CancellationToken, Task> call)
    {
        try
        {
            // Nothing that happens to be traced now has to do with it.
            Activity.Current = null;
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, time);
            }

            using CancellationTokenSource late = new(SendMax);
            await call(new Peer.PeerClient(way.Channel), packet, late.Token);
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException or ObjectDisposedException or HttpRequestException)
        {
            logger.LogTrace("A packet of failure detection was lost: {Reason}", failure.Message);
        }
        finally
        {
            lock (_lock)
            {
                way.InFlight--;
            }
        }
    }

    private static GrpcChannel NewChannel(string address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = SendMax,
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            ActivityHeadersPropagator = null,
        },
        DisposeHttpClient = true,
    });

    private sealed class Way(GrpcChannel channel)
    {
        public GrpcChannel Channel => channel;

        /// <summary>Under the lock.</summary>
        public int InFlight { get; set; }
    }
}
