using KvStore.Tests.Storage.Crashes;

namespace KvStore.Tests.Storage.Damages;

/// <summary>One damaged directory.</summary>
/// <param name="Kind">Its line in the table.</param>
/// <param name="Name">What exactly was done.</param>
/// <param name="IsDamage">Whether a refusal must name file and offset, or, for a directory that is not this member's, the directory.</param>
internal sealed record DamageCase(string Kind, string Name, DirectoryImage Image, bool IsDamage = true);
