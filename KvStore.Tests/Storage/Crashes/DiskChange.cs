namespace KvStore.Tests.Storage.Crashes;

/// <summary>One change of a file or directory, which a power cut may take back until it is synced.</summary>
/// <param name="At">The step that made it.</param>
/// <param name="Node">What was changed.</param>
internal abstract record DiskChange(int At, DiskNode Node)
{
    public string Name => $"{GetType().Name} of step {At}";

    /// <summary>The step that made it durable.</summary>
    public int DurableAt { get; set; } = int.MaxValue;
}
