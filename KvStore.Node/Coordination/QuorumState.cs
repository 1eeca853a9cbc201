namespace KvStore.Node.Coordination;

internal enum QuorumState
{
    Pending,
    Met,
    Impossible,
}
