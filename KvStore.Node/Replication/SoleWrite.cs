using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Replication;

/// <summary>A record that its only owner writes, on its way to the disk.</summary>
/// <param name="durable">What the key holds until then.</param>
/// <param name="record">Above it.</param>
internal abstract class SoleWrite(SoleReplica replica, Key key, RegisterRecord durable, RegisterRecord record) : DurableStep
{
    public Key Key { get; } = key;

    public BusyKey Busy { get; } = new() { Durable = durable, Record = record };

    public override void Run()
    {
        replica.Apply(this);
        Committed();
        replica.Resume(this);
    }

    /// <summary>The record is durable and readable: whoever asked for it can be answered.</summary>
    protected abstract void Committed();
}
