namespace KvStore.Node;

/// <summary>What a member is made with, beyond its store, topology and wire.</summary>
/// <param name="Lanes">Single-threaded workers, 1 to 16.</param>
/// <param name="OperationsMax">Client operations in flight, at most.</param>
internal sealed record MemberSettings(int Lanes, int OperationsMax)
{
    public const int LanesMax = 1 << Coordination.ReplicaCalls.LaneBits;
}
