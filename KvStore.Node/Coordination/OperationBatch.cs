using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// Reads and puts that came together, are admitted together and are answered together: what many small operations share is done
/// once. Each lane carries out the items of its own slots; whoever is the last ends the batch.
/// </summary>
/// <remarks>
/// Nothing orders the items of a batch: whoever fills it keeps a key that is put from being in it twice. Filled by one thread,
/// then given to <see cref="Coordinator.TryExecute"/>, and used again only after <see cref="Completed"/>. Every item is answered
/// once, by its lane; items of different lanes at the same time.
/// </remarks>
internal abstract class OperationBatch
{
    /// <summary>Items, at most.</summary>
    public const int ItemsMax = 64;

    private readonly BatchItem[] _items = new BatchItem[ItemsMax];

    // Of items that did not succeed; hardly any batch has one.
    private OperationResult?[]? _failures;
    private int _unfinished;
    private int _failed;

    public int Count { get; private set; }

    public int Reads { get; private set; }

    public int Writes => Count - Reads;

    /// <summary>Of all values to be put.</summary>
    public long ValueBytes { get; private set; }

    public Consistency Level { get; private set; }

    /// <summary>Monotonic milliseconds of the member.</summary>
    public long Submitted { get; private set; }

    /// <summary>When every item is answered whatever is known then; monotonic milliseconds of the member.</summary>
    public long Deadline { get; private set; }

    /// <summary>When it was submitted, as a timestamp of the member's clock.</summary>
    public long Began { get; private set; }

    /// <summary>Items that did not succeed.</summary>
    public int Failed => Volatile.Read(ref _failed);

    public ref readonly BatchItem this[int item] => ref _items[item];

    /// <summary>Runs before <see cref="Completed"/>: admission and figures.</summary>
    public Action<OperationBatch>? Answered { get; private set; }

    /// <summary>Of a batch that is answered; without the state.</summary>
    public OperationResult ResultOf(int item) =>
        _failures?[item] ?? OperationResult.Committed(new ChangeResult(_items[item].IsRead ? ChangeOutcome.Unchanged : ChangeOutcome.Applied, null, false));

    /// <param name="value">To be put; not written to afterwards. Null for a read.</param>
    public void Add(Key key, byte[]? value)
    {
        _items[Count++] = new BatchItem(key, value);
        Reads += value is null ? 1 : 0;
        ValueBytes += value?.Length ?? 0;
    }

    /// <param name="lanes">Each of them calls <see cref="Leave"/> once.</param>
    public void Begin(Consistency level, long submitted, long deadline, long began, int lanes, Action<OperationBatch> answered)
    {
        Level = level;
        Submitted = submitted;
        Deadline = deadline;
        Began = began;
        Answered = answered;
        _failed = 0;
        _failures = null;
        _unfinished = Count + lanes;
    }

    /// <summary>A lane looks at the batch no more, but for what it has yet to answer.</summary>
    public void Leave() => Finish();

    /// <summary>Answers a read.</summary>
    /// <param name="lane">The lane that answers.</param>
    /// <param name="found">Good during the call only.</param>
    public void AnswerRead(int lane, int item, in RegisterView found)
    {
        OnRead(lane, item, found);
        Finish();
    }

    /// <summary>Answers a put that was committed.</summary>
    public void AnswerPut(int item, StateVersion version)
    {
        OnPut(item, version);
        Finish();
    }

    /// <summary>Answers an item that took the way of single operations.</summary>
    public void Answer(int lane, int item, in OperationResult result)
    {
        if (result.Outcome != OperationOutcome.Committed)
        {
            Interlocked.Increment(ref _failed);
            Interlocked.CompareExchange(ref _failures, new OperationResult?[ItemsMax], null);
            _failures[item] = result;
            OnFailed(item);
        }
        else if (_items[item].IsRead)
        {
            OnRead(lane, item, RegisterView.Of(result.Change.State));
        }
        else
        {
            OnPut(item, result.Change.Version);
        }

        Finish();
    }

    /// <summary>Takes everything out.</summary>
    protected void Clear()
    {
        Array.Clear(_items, 0, Count);
        Count = 0;
        Reads = 0;
        ValueBytes = 0;
    }

    /// <summary>Called on the item's lane: it must not wait, nor run for long. So for the others.</summary>
    protected abstract void OnRead(int lane, int item, in RegisterView found);

    protected abstract void OnPut(int item, StateVersion version);

    /// <summary>See <see cref="ResultOf"/>.</summary>
    protected abstract void OnFailed(int item);

    /// <summary>Every item is answered, and no lane looks at the batch any more.</summary>
    protected abstract void Completed();

    private void Finish()
    {
        if (Interlocked.Decrement(ref _unfinished) == 0)
        {
            Answered!(this);
            Completed();
        }
    }
}
