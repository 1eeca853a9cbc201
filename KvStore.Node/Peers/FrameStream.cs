using System.Buffers;
using System.IO.Pipelines;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>
/// Frames over one connection, either end: each behind its length. Frames are copied once on the way in, into memory that is
/// theirs, and once on the way out.
/// </summary>
/// <param name="abort">Ends the connection at once, so that whatever reads or writes it fails.</param>
/// <param name="faults">What is done to frames on purpose; null where that is not allowed.</param>
internal sealed class FrameStream(IDuplexPipe transport, PeerLink link, Action abort, FaultSwitch? faults = null)
{
    private const string EndedByPeer = "the peer ended the connection";

    /// <summary>How long a member may take no farewell.</summary>
    private static readonly TimeSpan FarewellMax = TimeSpan.FromSeconds(2);

    private readonly FrameAssembly _assembly = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _sending = Task.CompletedTask;
    private bool _delivering;
    private bool _stopped;
    private bool _ended;

    /// <summary>Sends a frame and reports it sent; if it cannot be, the connection is ended. Ignored once stopped or at its end.</summary>
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
    /// <returns>Whether it will by itself, because it is delivering a frame; otherwise the connection must be ended.</returns>
    public bool Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            return _delivering;
        }
    }

    /// <summary>Delivers frames until the connection's end; then nothing is being read or written any more.</summary>
    /// <returns>Why it ended, for people.</returns>
    public async Task<string> RunAsync()
    {
        string reason = await ReadAsync();

        // On a thread of its own: the end may have been found within Send, which has then not said yet what it is sending.
        await Task.Yield();
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

    /// <summary>Says what the connection is for, and waits until the other end has taken it. The dialling end's, before anything else.</summary>
    /// <returns>Why the link does not stand, for people; null if it does.</returns>
    public async Task<string?> DialAsync(LinkClass linkClass) =>
        await WriteAsync(output => output.Write(FramePreface.Of(linkClass))) ?? await WelcomedAsync();

    /// <summary>Says that the link is taken. The answering end's, before anything else.</summary>
    /// <returns>Why it cannot, for people; null if it can.</returns>
    public Task<string?> WelcomeAsync() => WriteAsync(FrameAssembly.Welcome);

    /// <summary>Says why the connection ends. The answering end's, after everything else.</summary>
    /// <param name="reason">For people.</param>
    public static async Task FarewellAsync(IDuplexPipe transport, string reason, TimeProvider time)
    {
        try
        {
            FrameAssembly.Farewell(transport.Output, reason);
            await transport.Output.FlushAsync().AsTask().WaitAsync(FarewellMax, time);
        }
        catch (Exception failure) when (IsLoss(failure) || failure is TimeoutException)
        {
            // Nobody is there to be told.
        }
    }

    private async Task<string?> WriteAsync(Action<PipeWriter> write)
    {
        try
        {
            write(transport.Output);
            await transport.Output.FlushAsync();
            return null;
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            return failure.Message;
        }
    }

    private async Task<string?> WelcomedAsync()
    {
        while (true)
        {
            (ReadResult read, string? loss) = await ReadBytesAsync();
            if (loss is not null)
            {
                return loss;
            }

            ReadOnlySequence<byte> unread = read.Buffer;
            FrameWord word = _assembly.Take(ref unread, out _, out string? farewell);
            transport.Input.AdvanceTo(unread.Start, word == FrameWord.Missing ? unread.End : unread.Start);
            switch (word)
            {
                case FrameWord.Welcome:
                    return null;
                case FrameWord.Farewell:
                    return farewell;
                case FrameWord.Missing when read.IsCompleted:
                    return EndedByPeer;
                case FrameWord.Missing:
                    break;
                default:
                    return "what listens there does not speak as members do";
            }
        }
    }

    private async Task<string> ReadAsync()
    {
        while (true)
        {
            (ReadResult read, string? loss) = await ReadBytesAsync();
            if (loss is not null)
            {
                return loss;
            }

            string? end = Deliver(read.Buffer, out SequencePosition consumed);
            transport.Input.AdvanceTo(consumed, read.Buffer.End);
            if (end is not null || read.IsCompleted)
            {
                return end ?? EndedByPeer;
            }
        }
    }

    /// <returns>What was read, or why nothing more is.</returns>
    private async ValueTask<(ReadResult Read, string? Loss)> ReadBytesAsync()
    {
        try
        {
            ReadResult read = await transport.Input.ReadAsync();
            return read.IsCompleted && read.Buffer.IsEmpty ? (read, EndedByPeer) : (read, null);
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            return (default, failure.Message);
        }
    }

    /// <summary>Delivers the frames that are whole.</summary>
    /// <returns>Why no more are to be read; null if they are.</returns>
    private string? Deliver(ReadOnlySequence<byte> unread, out SequencePosition consumed)
    {
        string? end = null;
        FrameWord word = FrameWord.Frame;
        while (end is null && word == FrameWord.Frame)
        {
            word = _assembly.Take(ref unread, out byte[]? frame, out string? farewell);
            end = word switch
            {
                FrameWord.Frame => Deliver(frame!) ? null : PeerLink.ClosedHere,
                FrameWord.Missing => null,
                FrameWord.Farewell => farewell,
                FrameWord.Welcome => "an empty frame was received",
                _ => $"a frame was announced that is longer than {PeerCodec.FrameLengthMax} bytes",
            };
        }

        consumed = unread.Start;
        return end;
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

    private async Task SendAsync(ReadOnlyMemory<byte> frame)
    {
        if (faults is { IsOn: true } && await IsLostAsync(faults))
        {
            await Task.Yield();
            link.OnSent();
            return;
        }

        try
        {
            FrameAssembly.Announce(transport.Output, frame.Length);
            ValueTask<FlushResult> write = transport.Output.WriteAsync(frame);
            bool atOnce = write.IsCompleted;
            if ((await write).IsCompleted)
            {
                abort();
                return;
            }

            if (atOnce)
            {
                // Reporting a write that ends at once right away would send every message in a frame of its own; a turn of the
                // thread pool is short when there is little to do, and lets messages gather when there is much.
                await Task.Yield();
            }
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            abort();
            return;
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

    // What reading and writing a connection throws once it is over, by whichever end or layer.
    private static bool IsLoss(Exception failure) =>
        failure is OperationCanceledException or IOException or InvalidOperationException or ObjectDisposedException;
}
