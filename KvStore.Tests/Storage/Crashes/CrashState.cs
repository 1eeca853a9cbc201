namespace KvStore.Tests.Storage.Crashes;

/// <summary>A disk that a crash may have left.</summary>
/// <param name="Name">Where it crashed and what was lost, for whoever looks into a failure.</param>
internal sealed record CrashState(string Name, int Steps, DirectoryImage Image);
