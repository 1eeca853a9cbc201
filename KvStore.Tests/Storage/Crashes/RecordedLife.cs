namespace KvStore.Tests.Storage.Crashes;

/// <summary>One run of a store from its opening to its end, recorded.</summary>
/// <param name="Before">The data directory it was opened in.</param>
/// <param name="Disk">What it did to it.</param>
/// <param name="Truth">Every entry up to its end, those of earlier lives that survived included.</param>
/// <param name="PromisedBefore">The highest log number that was promised when it began.</param>
internal sealed record RecordedLife(DirectoryImage Before, RecordedDisk Disk, StoreTruth Truth, long PromisedBefore);
