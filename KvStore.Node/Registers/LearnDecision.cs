namespace KvStore.Node.Registers;

internal enum LearnDecision
{
    Learn,
    AlreadyKnown,

    /// <summary>The key was purged at or above this ballot; the sender settles it with an identity round.</summary>
    RefusedByFloor,
}
