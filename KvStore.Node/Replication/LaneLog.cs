using System.Runtime.InteropServices;
using KvStore.Node.Storage;

namespace KvStore.Node.Replication;

/// <summary>
/// One lane's side of the write-ahead log: gathers the entries of a burst of inputs, appends them in one call and runs what
/// waits for them, in order, when they are durable.
/// </summary>
internal sealed class LaneLog(IStore store)
{
    /// <summary>Entries appended and not yet durable, at most; beyond it <see cref="IsFull"/> and replicas answer Overloaded.</summary>
    public const int WaitingMax = 65_536;

    private readonly List<StoreEntry> _gathered = [];
    private readonly List<DurableStep> _steps = [];
    private readonly Queue<DurableStep> _waiting = new();

    /// <summary>Set when the log cannot be written any more: nothing that waits will ever be durable.</summary>
    public StoreFailure? Failure { get; private set; }

    /// <summary>Set while the disk is full: no records may be added; facts may.</summary>
    public StoreFailure? Shortage => store.Shortage;

    public bool IsFull => _waiting.Count >= WaitingMax;

    /// <summary>Adds an entry to the burst; <paramref name="step"/> runs once it is durable, never before the lane's next input.</summary>
    public void Append(in StoreEntry entry, DurableStep step)
    {
        _gathered.Add(entry);
        _steps.Add(step);
    }

    /// <summary>Hands the burst to the store.</summary>
    /// <returns>The number of its last entry; 0 if there was none.</returns>
    public long Flush()
    {
        if (_gathered.Count == 0)
        {
            return 0;
        }

        long lsn = 0;
        if (Failure is null)
        {
            lsn = store.Append(CollectionsMarshal.AsSpan(_gathered)) - _gathered.Count;
            foreach (DurableStep step in _steps)
            {
                step.Lsn = ++lsn;
                _waiting.Enqueue(step);
            }
        }

        _steps.Clear();
        _gathered.Clear();
        return lsn;
    }

    public void OnDurable(long lsn)
    {
        while (Failure is null && _waiting.TryPeek(out DurableStep? step) && step.Lsn <= lsn)
        {
            _waiting.Dequeue();
            step.Run();
        }
    }

    public void OnFailed(StoreFailure failure)
    {
        Failure = failure;
        _waiting.Clear();
    }
}
