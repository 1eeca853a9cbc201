namespace KvStore.Node.Storage.Verification;

/// <summary>What was read of a directory, and how it was found.</summary>
/// <param name="Name">The file or directory, relative to the data directory.</param>
/// <param name="Finding">What it holds, or what is wrong with it: names the file and the offset.</param>
internal sealed record VerifiedPart(string Name, string Finding, bool IsDamaged = false);
