using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace KvStore.Node.Peers;

/// <summary>
/// The dialling end of a real wire: one TCP connection to the port that the member's gRPC is at, made anew for every attempt,
/// so that nothing of a broken connection is used again.
/// </summary>
/// <param name="address">"http://host:port".</param>
/// <param name="faults">What is done to frames on purpose; null where that is not allowed.</param>
internal sealed class SocketPeer(string address, LinkClass linkClass, FaultSwitch? faults = null) : IPeer
{
    public static readonly TimeSpan ConnectMax = TimeSpan.FromSeconds(2);

    // What is sent leaves on the thread that sends it, and what arrives is read on the thread that it woke: neither waits.
    private static readonly SocketConnectionContextFactory Connections = new(
        new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true }, NullLogger.Instance);

    private volatile FrameStream? _stream;
    private volatile Action? _cancel;

    public void Open(PeerLink link)
    {
        CancellationTokenSource cancelled = new();
        _cancel = cancelled.Cancel;
        Run(link, cancelled.Token);
    }

    public void Send(ReadOnlyMemory<byte> frame) => _stream?.Send(frame);

    public void Close() => _cancel?.Invoke();

    // Nobody waits for it: an exception that is not a lost connection is a bug, and ends the process.
    private async void Run(PeerLink link, CancellationToken cancelled)
    {
        // The connection outlives whatever happens to be traced now.
        Activity.Current = null;
        link.OnLost(await ExchangeAsync(link, cancelled));
    }

    /// <returns>Why it ended, for people.</returns>
    private async Task<string> ExchangeAsync(PeerLink link, CancellationToken cancelled)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttp)
        {
            return $"the address {address} cannot be used: it must be http://host:port";
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await ConnectAsync(socket, uri, cancelled);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return cancelled.IsCancellationRequested ? PeerLink.ClosedHere
                : failure is SocketException ? $"{failure.Message} ({address})"
                : $"no connection within {ConnectMax.TotalSeconds} s ({address})";
        }

        await using ConnectionContext connection = Connections.Create(socket);
        await using (cancelled.UnsafeRegister(static connection => ((ConnectionContext)connection!).Abort(), connection))
        {
            return await ExchangeAsync(connection, link);
        }
    }

    private static async Task ConnectAsync(Socket socket, Uri uri, CancellationToken cancelled)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        limited.CancelAfter(ConnectMax);
        await socket.ConnectAsync(uri.DnsSafeHost, uri.Port, limited.Token);
    }

    private async Task<string> ExchangeAsync(ConnectionContext connection, PeerLink link)
    {
        FrameStream stream = new(connection.Transport, link, connection.Abort, faults);
        if (await stream.DialAsync(linkClass) is { } refusal)
        {
            return $"{refusal} ({address})";
        }

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
}
