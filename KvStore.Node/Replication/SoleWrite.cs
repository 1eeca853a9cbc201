using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Replication;

/// <summary>A record that its only owner writes, on its way to the disk.</summary>
/// <param name="previous">What the key holds right before it.</param>
/// <param name="record">Above that.</param>
internal abstract class SoleWrite(SoleReplica replica, Key key, RegisterRecord previous, RegisterRecord record) : DurableStep
{
    public Key Key { get; } = key;

    public RegisterRecord Previous { get; } = previous;

    public RegisterRecord Record { get; } = record;

    public override void Run()
    {
        SoleKey? ended = replica.Apply(this);
        Committed();
        if (ended is not null)
        {
            replica.Resume(ended);
        }
    }

    /// <summary>The record is durable and readable: whoever asked for it can be answered.</summary>
    protected abstract void Committed();
}
