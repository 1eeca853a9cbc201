using System.IO.Pipelines;
using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// The calls of one connection that are not written yet. They run side by side, but for those on one key, which run one
/// after the other; their answers are written in the order in which they came. Any thread answers; one at a time writes.
/// </summary>
/// <param name="patience">How long a client may take no answer.</param>
/// <param name="start">Runs a call whose turn it is.</param>
/// <param name="cutOff">Ends the connection of a client that does not read.</param>
internal sealed class RespPipeline(PipeWriter output, RespBudget budget, TimeProvider time, TimeSpan patience, Action<RespCall> start, Action cutOff)
{
    /// <summary>Bytes of answers in one write, roughly.</summary>
    private const int WriteBytesMax = 256 * 1024;

    /// <summary>Up to here answers are written by whoever has the last of them; a lane has no time for more.</summary>
    private const int InlineBytesMax = 16 * 1024;

    private const int DepthMax = 16;

    [ThreadStatic]
    private static int _depth;

    private readonly Lock _lock = new();
    private readonly Queue<RespCall> _calls = new();
    private readonly Dictionary<Key, RespCall> _last = [];
    private readonly List<RespCall> _due = [];

    // Calls of many commands that are not answered yet: a few.
    private readonly List<RespCall> _batches = [];

    // Commands, of calls that are not written, and of calls that are not answered.
    private int _waiting;
    private int _unanswered;
    private long _bytes;

    // What an answer to a command is likely to hold, by those before it: how many may be under way goes by that.
    private long _expected;
    private bool _isHeld;
    private bool _isWriting;
    private bool _isBroken;

    // Completed when something was written: there is one who reads and so one who waits.
    private TaskCompletionSource? _progress;

    public bool IsBroken => Volatile.Read(ref _isBroken);

    /// <summary>Waits until there is room for one more call.</summary>
    public ValueTask RoomAsync(CancellationToken cancellationToken) =>
        WaitAsync(static self => self._waiting < RespLimits.CallsMax && self._bytes + (self._unanswered * self._expected) < RespLimits.ConnectionBytesMax, cancellationToken);

    /// <summary>Waits until every call is answered and written.</summary>
    public ValueTask IdleAsync(CancellationToken cancellationToken) => WaitAsync(static self => self._calls.Count == 0 && !self._isWriting, cancellationToken);

    /// <summary>
    /// Waits until every call is answered, be it to nobody, and gives back what the connection has taken of the budget of all.
    /// Call last.
    /// </summary>
    public async ValueTask CloseAsync()
    {
        while (true)
        {
            Task progress;
            lock (_lock)
            {
                if (_unanswered == 0)
                {
                    budget.Give(_bytes);
                    _bytes = 0;
                    return;
                }

                progress = (_progress ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await progress;
        }
    }

    /// <summary>Writes nothing for a moment: the commands at hand are run first, and their answers go together.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            _isHeld = true;
        }
    }

    /// <summary>Writes what is answered, and from now on as it comes.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _isHeld = false;
        }

        Write();
    }

    /// <summary>Takes a call; it is started when those before it on the same keys are answered, which may be at once.</summary>
    /// <param name="refusal">Its answer, where it is not to be started.</param>
    public void Add(RespCall call, RespReply? refusal = null)
    {
        call.Bytes = call.Batch is { } batch ? LengthOf(batch) : LengthOf(call.Arguments);
        budget.Take(call.Bytes);
        lock (_lock)
        {
            _calls.Enqueue(call);
            _waiting += call.Commands;
            _unanswered += call.Commands;
            _bytes += call.Bytes;
            if (refusal is null)
            {
                Line(call);
            }

            if (call.WaitsFor > 0)
            {
                return;
            }
        }

        if (refusal is { } reply)
        {
            Answer(call, reply);
        }
        else
        {
            start(call);
        }
    }

    /// <summary>Once for every call.</summary>
    /// <param name="reply">Nothing of a batch that has its answers; anything else is the answer to each of its commands.</param>
    public void Answer(RespCall call, in RespReply reply)
    {
        List<RespCall>? due;
        if (reply.Kind != RespReplyKind.None)
        {
            call.Batch?.Refuse(reply);
        }

        long length = call.Batch?.AnswerBytes ?? reply.Length;
        budget.Take(length);
        lock (_lock)
        {
            Invariant.Holds(!call.IsAnswered);
            call.IsAnswered = true;
            call.Reply = reply;
            call.Bytes += length;
            _bytes += length;
            _expected = Math.Max(length / call.Commands, _expected - (_expected / 8));
            _unanswered -= call.Commands;
            if (_unanswered == 0)
            {
                Progress();
            }

            _batches.Remove(call);
            foreach (Key key in call.Keys)
            {
                if (_last.TryGetValue(key, out RespCall? last) && last == call)
                {
                    _last.Remove(key);
                }
            }

            due = call.Followers;
            due?.RemoveAll(static follower => --follower.WaitsFor > 0); // asked once for each time it waits for this call
        }

        Write();
        if (due is not null)
        {
            foreach (RespCall follower in due)
            {
                StartFollower(follower);
            }
        }
    }

    /// <summary>Has the call wait for those before it on the same keys.</summary>
    private void Line(RespCall call)
    {
        foreach (RespCall other in _batches)
        {
            if (call.Batch is { } batch ? batch.Meets(other.Batch!) : Array.Exists(call.Keys, key => other.Batch!.Holds(key)))
            {
                Wait(call, other);
            }
        }

        if (call.Batch is not null)
        {
            for (int i = 0; i < call.Batch.Count && _last.Count > 0; i++)
            {
                if (_last.TryGetValue(call.Batch[i].Key, out RespCall? before))
                {
                    Wait(call, before);
                }
            }

            _batches.Add(call);
            return;
        }

        foreach (Key key in call.Keys)
        {
            if (_last.TryGetValue(key, out RespCall? before))
            {
                Wait(call, before);
            }

            _last[key] = call;
        }
    }

    private static void Wait(RespCall call, RespCall before)
    {
        (before.Followers ??= []).Add(call);
        call.WaitsFor++;
    }

    /// <summary>One that is answered at once starts the next, so a long chain of them is cut into pieces, each on a thread's fresh stack.</summary>
    private void StartFollower(RespCall follower)
    {
        if (_depth == DepthMax)
        {
            ThreadPool.UnsafeQueueUserWorkItem(start, follower, preferLocal: false);
            return;
        }

        _depth++;
        start(follower);
        _depth--;
    }

    private async ValueTask WaitAsync(Func<RespPipeline, bool> isMet, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task progress;
            lock (_lock)
            {
                if (isMet(this) || _isBroken)
                {
                    return;
                }

                progress = (_progress ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            Release();
            await progress.WaitAsync(cancellationToken);
        }
    }

    private void Write()
    {
        bool isLast;
        lock (_lock)
        {
            if (_isHeld || _isWriting || _calls.Count == 0 || !_calls.Peek().IsAnswered)
            {
                return;
            }

            _isWriting = true;
            isLast = _unanswered == 0 && _bytes <= InlineBytesMax;
        }

        if (isLast)
        {
            _ = WriteAsync();
        }
        else
        {
            // A moment later: what is answered meanwhile goes along.
            ThreadPool.UnsafeQueueUserWorkItem(static pipeline => _ = pipeline.WriteAsync(), this, preferLocal: false);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (Take() is { } calls)
            {
                foreach (RespCall call in calls)
                {
                    if (call.IsSilent || _isBroken)
                    {
                        continue;
                    }

                    if (call.Batch is { } batch)
                    {
                        batch.Write(output, call.Protocol);
                    }
                    else
                    {
                        RespWriter.Write(output, call.Reply, call.Protocol);
                    }
                }

                ValueTask<FlushResult> flush = output.FlushAsync();
                FlushResult flushed = flush.IsCompleted ? await flush : await flush.AsTask().WaitAsync(patience, time);
                Written(calls, isBroken: flushed.IsCompleted);
            }
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The client is gone, or does not read: nobody is there to be told.
            Break();
            cutOff();
        }
    }

    /// <returns>What is answered at the head; null when nothing is, and then nobody writes any more.</returns>
    private RespCall[]? Take()
    {
        lock (_lock)
        {
            _due.Clear();
            for (long bytes = 0; bytes < WriteBytesMax && _calls.TryPeek(out RespCall? call) && call.IsAnswered; bytes += call.Bytes)
            {
                _due.Add(call);
                _calls.Dequeue();
                _waiting -= call.Commands;
            }

            _isWriting = _due.Count > 0;
            Progress();
            return _isWriting ? [.. _due] : null;
        }
    }

    private void Written(RespCall[] calls, bool isBroken)
    {
        foreach (RespCall call in calls)
        {
            if (call.Batch is { } batch)
            {
                call.Server.GiveBack(batch);
            }
        }

        lock (_lock)
        {
            long bytes = Math.Min(_bytes, calls.Sum(call => call.Bytes)); // less where it was given back already
            _bytes -= bytes;
            budget.Give(bytes);
            _isBroken |= isBroken;
            Progress();
        }
    }

    /// <summary>Nothing can be written any more. Calls that are still under way are answered to nobody.</summary>
    private void Break()
    {
        lock (_lock)
        {
            _isBroken = true;
            Progress();
        }
    }

    private void Progress()
    {
        _progress?.TrySetResult();
        _progress = null;
    }

    private static long LengthOf(RespBatch batch)
    {
        long length = batch.ValueBytes + (3L * RespLimits.ArgumentOverhead * batch.Count);
        for (int i = 0; i < batch.Count; i++)
        {
            length += batch[i].Key.Length;
        }

        return length;
    }

    private static long LengthOf(byte[][] arguments)
    {
        long length = 0;
        foreach (byte[] argument in arguments)
        {
            length += argument.Length + RespLimits.ArgumentOverhead;
        }

        return length;
    }
}
