using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>A read that went to the disk. Claimed when the lane has given it a token; reported when it is done and claimed.</summary>
internal sealed class PendingRead
{
    public Key Key { get; set; }

    public long? Token { get; set; }

    /// <summary>Which of the lane's two counts it is in: see <see cref="LaneRecords.WaitForEarlierReads"/>.</summary>
    public int Side { get; set; }

    public bool IsDone { get; private set; }

    public RegisterRecord Record { get; private set; }

    /// <summary>As of <see cref="FoundRecord.Address"/>.</summary>
    public long Address { get; set; }

    public void Complete(in RegisterRecord record)
    {
        Record = record;
        IsDone = true;
    }
}
