namespace KvStore.Tests.Simulation;

/// <summary>What a disk did, so that a test can prove that it met what it is about.</summary>
/// <param name="Writes">Writes and appends that were taken.</param>
/// <param name="Syncs">Syncs that ended well.</param>
/// <param name="Failures">Operations that ended with EIO or ENOSPC.</param>
/// <param name="PowerLosses">How often everything volatile was at stake.</param>
/// <param name="SectorsKept">Of the sectors not synced then, those that were on the disk in their newest state.</param>
/// <param name="SectorsLost">Those that were in an older state.</param>
/// <param name="NamesLost">Creates, renames and deletes taken back.</param>
internal readonly record struct DiskCounts(
    long Writes, long Syncs, long Failures, long PowerLosses, long SectorsKept, long SectorsLost, long NamesLost);
