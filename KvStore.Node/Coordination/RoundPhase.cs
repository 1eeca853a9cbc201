namespace KvStore.Node.Coordination;

internal enum RoundPhase
{
    Idle,
    AwaitingBound,
    Preparing,
    Accepting,
    BackingOff,
}
