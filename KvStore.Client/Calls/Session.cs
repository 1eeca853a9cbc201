using System.Diagnostics;
using Grpc.Core;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>
/// One stream of operations to one member. What callers ask for while a message is being written goes into the next one, so many
/// callers share the cost of a message, and one alone waits for nobody.
/// </summary>
/// <remarks>
/// It lasts until the stream breaks or the member says that it is closing; then the endpoint begins another. A break leaves what
/// was sent unknown, and what was not sent is known not to be applied. Bounded by <see cref="CallsMax"/>; one more is refused.
/// </remarks>
internal sealed class Session : IDisposable
{
    /// <summary>Operations waiting and unanswered, at most; the next fails as overloaded, not applied.</summary>
    public const int CallsMax = 16_384;

    private const int MessageOperationsMax = 256;
    private const int MessageBytesMax = 256 * 1024;

    // Late by this much, at most, are deadlines that the member did not keep.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(25);

    private readonly Uri _address;
    private readonly Lock _lock = new();
    private readonly AsyncDuplexStreamingCall<Wire.SessionRequest, Wire.SessionReply> _stream;
    private readonly Queue<SessionCall> _waiting = new();
    private readonly Dictionary<ulong, SessionCall> _sent = [];
    private readonly Timer _timer;
    private ulong _lastId;
    private bool _isWriting;
    private bool _isClosing;
    private bool _isEnded;

    private Session(Uri address, Wire.Kv.KvClient kv)
    {
        _address = address;
        _stream = kv.Session(new CallOptions());
        _timer = new Timer(static session => ((Session)session!).ExpireOverdue(), this, Tick, Tick);
    }

    /// <summary>Whether another operation may be given to it.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return !_isClosing && !_isEnded;
            }
        }
    }

    /// <summary>The member does not know sessions: ask it call by call.</summary>
    public bool IsUnknownThere { get; private set; }

    public static Session Begin(Uri address, Wire.Kv.KvClient kv)
    {
        // The stream outlives whichever operation happens to open it: it belongs to no trace and no caller's context.
        Activity? current = Activity.Current;
        Activity.Current = null;
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            Session session = new(address, kv);
            _ = Task.Run(session.ReadAsync);
            return session;
        }
        finally
        {
            flow?.Undo();
            Activity.Current = current;
        }
    }

    /// <summary>Gives it an operation, unless it takes no more.</summary>
    public bool TryAdd(SessionCall call)
    {
        bool begins;
        lock (_lock)
        {
            if (_isClosing || _isEnded)
            {
                return false;
            }

            if (_waiting.Count + _sent.Count >= CallsMax)
            {
                call.FailUnsent("overloaded", $"{CallsMax} operations wait for {_address.Authority} already.", StatusCode.ResourceExhausted, _address);
                return true;
            }

            call.Message.Id = ++_lastId;
            _waiting.Enqueue(call);
            begins = !_isWriting;
            _isWriting = true;
        }

        if (begins)
        {
            // On another thread, so that what its caller's neighbours ask for meanwhile shares the message.
            ThreadPool.UnsafeQueueUserWorkItem(static session => _ = session.WriteAsync(), this, preferLocal: false);
        }

        return true;
    }

    /// <summary>The caller waits no longer. What was sent may still take effect.</summary>
    public void Forget(SessionCall call)
    {
        call.Cancel();
        lock (_lock)
        {
            _sent.Remove(call.Message.Id);
        }
    }

    public void Dispose() => End(new RpcException(new Status(StatusCode.Cancelled, "the client was disposed of")));

    private async Task WriteAsync()
    {
        try
        {
            while (Take() is { } message)
            {
                await _stream.RequestStream.WriteAsync(message).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            // The call is over. Whoever reads it ends the session and is told why, which a write that was cut short is not.
        }
    }

    /// <returns>Null if nothing waits; then nobody writes until something does.</returns>
    private Wire.SessionRequest? Take()
    {
        lock (_lock)
        {
            Wire.SessionRequest message = new();
            for (int bytes = 0; message.Operations.Count < MessageOperationsMax && bytes < MessageBytesMax && _waiting.TryDequeue(out SessionCall? call);)
            {
                if (!call.Answer.IsCompleted)
                {
                    bytes += call.Bytes;
                    _sent.Add(call.Message.Id, call);
                    message.Operations.Add(call.Message);
                }
            }

            if (message.Operations.Count > 0)
            {
                return message;
            }

            _isWriting = false;
            if (_isClosing && !_isEnded)
            {
                _ = _stream.RequestStream.CompleteAsync();
            }

            return null;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _stream.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
            {
                foreach (Wire.SessionResult result in _stream.ResponseStream.Current.Results)
                {
                    Complete(result);
                }

                if (_stream.ResponseStream.Current.IsClosing)
                {
                    Close();
                }
            }

            End(new RpcException(new Status(StatusCode.Unavailable, "the member ended the session")));
        }
        catch (RpcException exception)
        {
            End(exception);
        }
    }

    private void Complete(Wire.SessionResult result)
    {
        SessionCall? call;
        lock (_lock)
        {
            _sent.Remove(result.Id, out call);
        }

        call?.Complete(result.Result, _address);
    }

    private void Close()
    {
        lock (_lock)
        {
            if (!_isClosing && !_isWriting && !_isEnded)
            {
                _ = _stream.RequestStream.CompleteAsync();
            }

            _isClosing = true;
        }
    }

    private void End(RpcException why)
    {
        IsUnknownThere |= why.StatusCode == StatusCode.Unimplemented;
        SessionCall[] sent;
        SessionCall[] unsent;
        lock (_lock)
        {
            _isEnded = true;
            sent = [.. _sent.Values];
            unsent = [.. _waiting];
            _sent.Clear();
            _waiting.Clear();
        }

        _timer.Dispose();
        foreach (SessionCall call in sent)
        {
            call.FailSent(why, _address);
        }

        foreach (SessionCall call in unsent)
        {
            call.FailUnsent("unreachable", $"{_address.Authority}: {why.Status.Detail}", StatusCode.Unavailable, _address);
        }

        _stream.Dispose();
    }

    private void ExpireOverdue()
    {
        DateTime now = DateTime.UtcNow;
        List<(SessionCall Call, bool WasSent)> overdue = [];
        lock (_lock)
        {
            overdue.AddRange(_sent.Values.Where(call => call.Deadline <= now).Select(call => (call, true)));
            overdue.AddRange(_waiting.Where(call => call.Deadline <= now).Select(call => (call, false)));
            foreach ((SessionCall call, _) in overdue)
            {
                _sent.Remove(call.Message.Id);
            }
        }

        foreach ((SessionCall call, bool wasSent) in overdue)
        {
            if (wasSent)
            {
                call.FailSent(new RpcException(new Status(StatusCode.DeadlineExceeded, "no answer in time")), _address);
            }
            else
            {
                call.FailUnsent("deadline", $"{_address.Authority} took no more operations in time.", StatusCode.DeadlineExceeded, _address);
            }
        }
    }
}
