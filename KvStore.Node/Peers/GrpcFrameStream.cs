using Google.Protobuf;
using Grpc.Core;
using KvStore.Node.Ring;
using KvStore.Protocol.Peers;

namespace KvStore.Node.Peers;

/// <summary>
/// Frames over one gRPC stream, either end: cut into pieces of <see cref="ChunkBytesMax"/> on the way out, put together again
/// on the way in. Frames are not copied on the way out, and copied once on the way in only if they came in pieces.
/// </summary>
/// <param name="abort">Ends the call at once, so that whatever reads or writes it fails.</param>
/// <param name="faults">What is done to frames on purpose; null where that is not allowed.</param>
internal sealed class GrpcFrameStream(
    IAsyncStreamReader<FrameChunk> reader, IAsyncStreamWriter<FrameChunk> writer, PeerLink link, Action abort, FaultSwitch? faults = null)
{
    public const int ChunkBytesMax = 256 * 1024;

    /// <summary>A message's limit on both ends: a piece and the few bytes around it.</summary>
    public const int MessageBytesMax = ChunkBytesMax + 1024;

    private readonly Lock _lock = new();
    private readonly FrameChunk _chunk = new();
    private readonly List<ByteString> _pieces = [];
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _sending = Task.CompletedTask;
    private bool _delivering;
    private bool _stopped;
    private bool _ended;

    /// <summary>Sends a frame and reports it sent; if it cannot be, the call is ended. Ignored once stopped or at its end.</summary>
    public void Send(ReadOnlyMemory<byte> frame)
    {
        lock (_lock)
        {
            if (!_ended && !_stopped)
            {
                _sending = SendAsync(frame);
            }
        }
    }

    /// <summary>Has <see cref="RunAsync"/> end instead of waiting for another frame, and nothing more be sent.</summary>
    /// <returns>Whether it will by itself, because it is delivering a frame; otherwise the call must be ended.</returns>
    public bool Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            return _delivering;
        }
    }

    /// <summary>Delivers frames until the stream's end; then nothing is being read or written any more.</summary>
    /// <returns>Why it ended, for people.</returns>
    public async Task<string> RunAsync()
    {
        string reason = await ReadAsync();
        Task sending;
        lock (_lock)
        {
            _ended = true;
            sending = _sending;
        }

        _over.SetResult();
        if (!sending.IsCompleted)
        {
            abort();
        }

        await sending;
        return reason;
    }

    private async Task<string> ReadAsync()
    {
        while (true)
        {
            try
            {
                if (!await reader.MoveNext(CancellationToken.None))
                {
                    return "the peer ended the stream";
                }
            }
            catch (RpcException failure)
            {
                return $"{failure.StatusCode}: {failure.Status.Detail}";
            }
            catch (Exception failure) when (IsLoss(failure))
            {
                return failure.Message;
            }

            if (!TryAssemble(reader.Current, out ReadOnlyMemory<byte> frame, out string? problem))
            {
                return problem;
            }

            if (!frame.IsEmpty && !Deliver(frame))
            {
                return PeerLink.ClosedHere;
            }
        }
    }

    /// <returns>False if the stream was stopped.</returns>
    private bool Deliver(ReadOnlyMemory<byte> frame)
    {
        lock (_lock)
        {
            _delivering = true;
        }

        if (faults is not { IsOn: true } || !faults.Decide(SenderOf(frame)).IsLost)
        {
            link.OnFrame(frame);
        }

        lock (_lock)
        {
            _delivering = false;
            return !_stopped;
        }
    }

    /// <summary>An answering link learns who its peer is from the first frame, which a fault may be about already.</summary>
    private MemberId? SenderOf(ReadOnlyMemory<byte> frame) =>
        link.Peer ?? (PeerCodec.TryReadFrame(frame, out PeerFrame? first, out _) ? first.Header.From : null);

    /// <param name="frame">Empty while pieces are missing.</param>
    private bool TryAssemble(FrameChunk chunk, out ReadOnlyMemory<byte> frame, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem)
    {
        frame = default;
        problem = null;
        if (!chunk.More && _pieces.Count == 0)
        {
            frame = chunk.Bytes.Memory;
            problem = frame.IsEmpty ? "an empty frame was received" : null;
            return problem is null;
        }

        long length = chunk.Bytes.Length;
        foreach (ByteString piece in _pieces)
        {
            length += piece.Length;
        }

        if (length > PeerCodec.FrameLengthMax || (chunk.More && chunk.Bytes.IsEmpty))
        {
            problem = $"a frame in pieces was received that is empty in places or longer than {PeerCodec.FrameLengthMax} bytes";
            return false;
        }

        _pieces.Add(chunk.Bytes);
        if (!chunk.More)
        {
            frame = Join((int)length);
        }

        return true;
    }

    private byte[] Join(int length)
    {
        byte[] frame = new byte[length];
        int at = 0;
        foreach (ByteString piece in _pieces)
        {
            piece.Span.CopyTo(frame.AsSpan(at));
            at += piece.Length;
        }

        _pieces.Clear();
        return frame;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> frame)
    {
        bool atOnce = false;
        if (faults is { IsOn: true } && await IsLostAsync(faults))
        {
            await Task.Yield();
            link.OnSent();
            return;
        }

        try
        {
            while (!frame.IsEmpty)
            {
                ReadOnlyMemory<byte> piece = frame[..Math.Min(ChunkBytesMax, frame.Length)];
                frame = frame[piece.Length..];

                // Safe: the message is serialized before the write ends, and the frame is ours until we report it sent.
                _chunk.Bytes = UnsafeByteOperations.UnsafeWrap(piece);
                _chunk.More = !frame.IsEmpty;
                Task write = writer.WriteAsync(_chunk);
                atOnce = write.IsCompleted;
                await write;
            }
        }
        catch (Exception failure) when (IsLoss(failure) || failure is RpcException)
        {
            abort();
            return;
        }

        if (atOnce)
        {
            // The server's writes end at once, in a buffer. Reporting that at once would send every message in a frame of its
            // own; a turn of the thread pool is short when there is little to do, and lets messages gather when there is much.
            await Task.Yield();
        }

        link.OnSent();
    }

    /// <summary>What waits behind a frame that is slow goes into the next one, as on a long way.</summary>
    private async Task<bool> IsLostAsync(FaultSwitch switched)
    {
        FaultVerdict verdict = switched.Decide(link.Peer);
        if (verdict.Delay > TimeSpan.Zero)
        {
            await Task.WhenAny(Task.Delay(verdict.Delay, switched.Time), _over.Task);
        }

        return verdict.IsLost;
    }

    // What reading and writing a call throws once it is over, by whichever end or layer.
    private static bool IsLoss(Exception failure) =>
        failure is OperationCanceledException or IOException or InvalidOperationException or ObjectDisposedException;
}
