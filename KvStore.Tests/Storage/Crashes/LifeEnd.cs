namespace KvStore.Tests.Storage.Crashes;

/// <summary>How a store's process ended.</summary>
internal enum LifeEnd
{
    PowerCut,
    Stopped,
    Killed,
}
