using Grpc.Core;

namespace KvStore.Node.FrontEnds.Grpc;

/// <summary>
/// What a session has answered and not yet written, and how many of its operations are not answered. Any thread adds; one at a
/// time writes.
/// </summary>
internal sealed class SessionAnswers(IServerStreamWriter<Protocol.SessionReply> replies)
{
    /// <summary>Operations taken and not yet written to the client, at most: then no more are read from it.</summary>
    public const int OperationsMax = 1_024;

    private const int ReplyBytesMax = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<Protocol.SessionResult> _waiting = new();
    private int _taken;
    private bool _isWriting;
    private bool _closingDue;
    private bool _isBroken;

    // Completed when there is room for an operation, or when all are written: there is one who reads and so one who waits.
    private TaskCompletionSource? _progress;

    /// <summary>Takes one operation, when there is room for it.</summary>
    public async ValueTask RoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task progress;
            lock (_lock)
            {
                if (_taken < OperationsMax)
                {
                    _taken++;
                    return;
                }

                progress = Progress();
            }

            await progress.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The answer of an operation taken.</summary>
    public void Add(ulong id, Protocol.BatchResult result)
    {
        lock (_lock)
        {
            _waiting.Enqueue(new Protocol.SessionResult { Id = id, Result = result });
        }

        Write();
    }

    /// <summary>Tells the client to send no more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closingDue = true;
        }

        Write();
    }

    /// <summary>Waits until everything taken is answered and written.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task progress;
            lock (_lock)
            {
                if ((_taken == 0 && !_isWriting) || _isBroken || cancellationToken.IsCancellationRequested)
                {
                    return;
                }

                progress = Progress();
            }

            await progress.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task Progress() => (_progress ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void Write()
    {
        lock (_lock)
        {
            if (_isWriting || _isBroken)
            {
                return;
            }

            _isWriting = true;
        }

        // Not on the lane's thread, and a moment later: what the lane answers meanwhile goes along.
        ThreadPool.UnsafeQueueUserWorkItem(static answers => _ = answers.WriteAsync(), this, preferLocal: false);
    }

    private async Task WriteAsync()
    {
        try
        {
            while (Take() is { } reply)
            {
                await replies.WriteAsync(reply);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or OperationCanceledException or RpcException)
        {
            // The call is over: nobody is there to be told.
            lock (_lock)
            {
                _isBroken = true;
                _progress?.TrySetResult();
                _progress = null;
            }
        }
    }

    private Protocol.SessionReply? Take()
    {
        lock (_lock)
        {
            Protocol.SessionReply reply = new() { IsClosing = _closingDue };
            _closingDue = false;
            for (int bytes = 0; bytes < ReplyBytesMax && _waiting.TryDequeue(out Protocol.SessionResult? result);)
            {
                bytes += result.Result.Get?.Value.Length ?? 0;
                reply.Results.Add(result);
            }

            _taken -= reply.Results.Count;
            _isWriting = reply.IsClosing || reply.Results.Count > 0;
            _progress?.TrySetResult();
            _progress = null;
            return _isWriting ? reply : null;
        }
    }
}
