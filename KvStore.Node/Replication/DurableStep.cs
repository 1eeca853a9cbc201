namespace KvStore.Node.Replication;

/// <summary>What a lane does once a log entry of its own has reached the disk.</summary>
internal abstract class DurableStep
{
    /// <summary>The entry's log number, given when the batch is appended.</summary>
    public long Lsn { get; set; }

    public abstract void Run();
}
