namespace KvStore.Tests.Simulation;

/// <summary>How a disk operation ended.</summary>
internal enum DiskOutcome
{
    Done,

    /// <summary>ENOSPC: nothing was written.</summary>
    NoSpace,

    /// <summary>EIO: nothing is known of what was to be written, or of what a sync was to make durable.</summary>
    Failed,
}
