namespace KvStore.Tests.Storage.Crashes;

/// <summary>What became of the disks that crashes left.</summary>
/// <param name="Steps">Steps of the recorded run: writes, creates, renames, deletes, syncs.</param>
/// <param name="Checkpoints">Made by the run.</param>
/// <param name="Deleted">Files deleted by the run: segments of the log, data, manifests.</param>
/// <param name="Removed">Records that the run removed as what moved away is.</param>
/// <param name="States">Different disks opened.</param>
/// <param name="Tails">Those of which more came back than was promised: what was written and not yet answered.</param>
/// <param name="Failures">What was refused, lost or invented, and where.</param>
internal sealed record CrashReport(int Steps, int Checkpoints, int Deleted, int Removed, int States, int Tails, IReadOnlyList<string> Failures);
