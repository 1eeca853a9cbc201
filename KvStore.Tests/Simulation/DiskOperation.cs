namespace KvStore.Tests.Simulation;

/// <summary>What can be made to fail, see <see cref="ModelDisk.FailNext"/>.</summary>
internal enum DiskOperation
{
    Write,
    Read,
    Sync,
}
