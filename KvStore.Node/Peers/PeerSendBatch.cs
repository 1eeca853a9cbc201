namespace KvStore.Node.Peers;

/// <summary>
/// While one is open on a thread, what that thread sends waits and leaves when it ends, so that the messages of one run of a
/// lane share a frame a link (half the cost of a message at 16 in flight). Meant to be short: nothing is awaited within, and
/// a link that has a full frame waiting sends it anyway. Batches may nest; the outermost sends.
/// </summary>
internal readonly ref struct PeerSendBatch
{
    [ThreadStatic]
    private static int _depth;

    [ThreadStatic]
    private static List<PeerOutbox>? _waiting;

    /// <summary>Whether this thread has one open.</summary>
    public static bool IsOpen => _depth > 0;

    public static PeerSendBatch Begin()
    {
        _depth++;
        return default;
    }

    /// <summary>Whether the outbox shall leave what it has to this thread's batch.</summary>
    public static bool TryHold(PeerOutbox outbox)
    {
        if (_depth == 0)
        {
            return false;
        }

        _waiting ??= [];
        if (!_waiting.Contains(outbox))
        {
            _waiting.Add(outbox);
        }

        return true;
    }

    public void Dispose()
    {
        if (--_depth > 0 || _waiting is not { } waiting)
        {
            return;
        }

        // By index: a wire may be done at once and bring this thread to send again, then without a batch.
        for (int i = 0; i < waiting.Count; i++)
        {
            waiting[i].Flush();
        }

        waiting.Clear();
    }
}
