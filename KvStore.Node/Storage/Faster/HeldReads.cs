using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Reads of the data log by threads that are no lane's. The key's lane is held while memory is looked at, because it may put
/// another record over the one there. One thread at a time.
/// </summary>
internal sealed class HeldReads : IDisposable
{
    private readonly IReadOnlyList<LaneRecords> _lanes;
    private readonly DataLogSession _session;
    private int _pending;

    public HeldReads(DataLog log, IReadOnlyList<LaneRecords> lanes)
    {
        _lanes = lanes;
        _session = new DataLogSession(log, Completed);
    }

    /// <returns>Done, or when <see cref="Complete"/> has returned.</returns>
    public PendingRead Begin(in Key key)
    {
        PendingRead read = new();
        LaneRecords lane = _lanes[key.Slot.Number % _lanes.Count];
        lane.Hold();
        try
        {
            if (_session.TryRead(key.Span, read, out RegisterRecord record))
            {
                read.Complete(record);
            }
            else
            {
                _pending++;
            }
        }
        finally
        {
            lane.Release();
        }

        return read;
    }

    /// <summary>
    /// Waits for the reads that went to the disk. Not within FASTER, which looks at memory once more for each when the disk has
    /// answered: a record may have come there meanwhile.
    /// </summary>
    public void Complete()
    {
        SpinWait wait = default;
        while (_pending > 0)
        {
            CompleteAnswered();
            wait.SpinOnce();
        }
    }

    public void Dispose() => _session.Dispose();

    private void CompleteAnswered()
    {
        foreach (LaneRecords lane in _lanes)
        {
            lane.Hold();
        }

        try
        {
            _session.CompleteReads(wait: false);
        }
        finally
        {
            foreach (LaneRecords lane in _lanes)
            {
                lane.Release();
            }
        }
    }

    private void Completed(PendingRead read, RegisterRecord record)
    {
        _pending--;
        read.Complete(record);
    }
}
