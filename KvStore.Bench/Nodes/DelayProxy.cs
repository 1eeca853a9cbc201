using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace KvStore.Bench.Nodes;

/// <summary>
/// Stands before one member's port and brings what is sent to it late, byte for byte and in order, at any rate: a member that
/// is slow, not one that is narrow. What the member sends comes back at once.
/// </summary>
internal sealed class DelayProxy : IAsyncDisposable
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Pieces on their way in a connection, at most; beyond it nothing more is read, as on a full network path.</summary>
    private const int PiecesMax = 4_096;

    private readonly TcpListener _listener;
    private readonly int _targetPort;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private long _delayTicks;

    /// <param name="port">Where it listens, on the loopback interface.</param>
    /// <param name="targetPort">Where the member listens.</param>
    public DelayProxy(int port, int targetPort)
    {
        _targetPort = targetPort;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync(_closing.Token);
    }

    /// <summary>Of everything that is sent from now on.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _closing.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Socket caller = await _listener.AcceptSocketAsync(cancellationToken);
                _connections.RemoveAll(connection => connection.IsCompleted);
                _connections.Add(CarryAsync(caller, cancellationToken));
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // closed
        }
    }

    private async Task CarryAsync(Socket caller, CancellationToken cancellationToken)
    {
        using Socket member = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (caller)
        {
            try
            {
                caller.NoDelay = true;
                member.NoDelay = true;
                await member.ConnectAsync(IPAddress.Loopback, _targetPort, cancellationToken);
                using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                Task forth = ForthAsync(caller, member, either.Token);
                Task back = BackAsync(member, caller, either.Token);
                await Task.WhenAny(forth, back);
                await either.CancelAsync();
                await Task.WhenAll(forth, back);
            }
            catch (Exception e) when (IsEnd(e))
            {
                // one end is gone, and with it the connection
            }
        }
    }

    private async Task ForthAsync(Socket caller, Socket member, CancellationToken cancellationToken)
    {
        Channel<(byte[] Piece, long Due)> way = Channel.CreateBounded<(byte[] Piece, long Due)>(PiecesMax);
        Task reading = ReadAsync(caller, way.Writer, cancellationToken);
        await foreach ((byte[] piece, long due) in way.Reader.ReadAllAsync(cancellationToken))
        {
            TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, cancellationToken);
            }

            await SendAsync(member, piece, cancellationToken);
        }

        await reading;
    }

    private async Task ReadAsync(Socket caller, ChannelWriter<(byte[] Piece, long Due)> way, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[PieceBytes];
        try
        {
            for (int length; (length = await caller.ReceiveAsync(buffer, cancellationToken)) > 0;)
            {
                long due = Stopwatch.GetTimestamp() + (long)(Delay.TotalSeconds * Stopwatch.Frequency);
                await way.WriteAsync((buffer.AsSpan(0, length).ToArray(), due), cancellationToken);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // what was read is still brought
        }
        finally
        {
            way.Complete();
        }
    }

    private static async Task BackAsync(Socket member, Socket caller, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[PieceBytes];
        for (int length; (length = await member.ReceiveAsync(buffer, cancellationToken)) > 0;)
        {
            await SendAsync(caller, buffer.AsMemory(0, length), cancellationToken);
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
        }
    }

    private static bool IsEnd(Exception e) => e is SocketException or ObjectDisposedException or OperationCanceledException;
}
