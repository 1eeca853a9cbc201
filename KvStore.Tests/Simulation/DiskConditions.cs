namespace KvStore.Tests.Simulation;

/// <summary>How a disk behaves. May be replaced in the middle of a run.</summary>
internal sealed record DiskConditions
{
    public static readonly DiskConditions Calm = new();

    /// <summary>The least a sync takes.</summary>
    public TimeSpan SyncMin { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>What is added, uniformly, before the tail.</summary>
    public TimeSpan SyncSpread { get; init; } = TimeSpan.FromMicroseconds(400);

    /// <summary>The heavy tail: half of all syncs double their time once, half of those once more, at most this often.</summary>
    public int DoublingsMax { get; init; } = 3;

    /// <summary>A slow disk takes this many times as long.</summary>
    public int Slowness { get; init; } = 1;

    /// <summary>How many operations of 1 end with EIO.</summary>
    public double FailureRate { get; init; }

    /// <summary>Bytes over all files; a write that needs more ends with ENOSPC.</summary>
    public long Capacity { get; init; } = long.MaxValue;

    /// <summary>
    /// True, as with ext4 and xfs: syncing a file also makes every earlier create, rename and delete durable. False: only
    /// <see cref="ModelDisk.SyncNames"/> does, which is all that POSIX promises.
    /// </summary>
    public bool FileSyncCoversNames { get; init; } = true;
}
