using KvStore.Node.Registers;

namespace KvStore.Node.Replication;

/// <summary>A key whose only owner has records of it on their way to the disk, in the order of the log: of the last one the key is busy.</summary>
internal sealed class SoleKey : BusyKey
{
    private int _writing;

    public SoleKey(in RegisterRecord durable)
    {
        Durable = durable;
    }

    /// <summary>A record follows that is above the last.</summary>
    public void Begin(in RegisterRecord record)
    {
        Record = record;
        _writing++;
    }

    /// <summary>The first of them is durable.</summary>
    /// <returns>Whether no other follows.</returns>
    public bool End(in RegisterRecord record)
    {
        Durable = record;
        return --_writing == 0;
    }
}
