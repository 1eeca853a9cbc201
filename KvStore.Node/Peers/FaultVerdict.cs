namespace KvStore.Node.Peers;

/// <summary>What becomes of one frame or packet. By default it passes.</summary>
/// <param name="Delay">Until it leaves, where it is not lost.</param>
internal readonly record struct FaultVerdict(bool IsLost, TimeSpan Delay)
{
    public static readonly FaultVerdict Lost = new(IsLost: true, TimeSpan.Zero);
}
