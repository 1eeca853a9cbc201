using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Reads of the data log by threads that are no lane's. The key's lane is held while memory is looked at, because it may put
/// another record over the one there; what comes from the disk does not change. One thread at a time.
/// </summary>
internal sealed class HeldReads(DataLog log, IReadOnlyList<LaneRecords> lanes) : IDisposable
{
    private readonly DataLogSession _session = new(log, static (read, record) => read.Complete(record));

    /// <returns>Done, or when <see cref="Complete"/> has returned.</returns>
    public PendingRead Begin(in Key key)
    {
        PendingRead read = new();
        LaneRecords lane = lanes[key.Slot.Number % lanes.Count];
        lane.Hold();
        try
        {
            if (_session.TryRead(key.Span, read, out RegisterRecord record))
            {
                read.Complete(record);
            }
        }
        finally
        {
            lane.Release();
        }

        return read;
    }

    /// <summary>Waits for the reads that went to the disk.</summary>
    public void Complete() => _session.CompleteReads(wait: true);

    public void Dispose() => _session.Dispose();
}
