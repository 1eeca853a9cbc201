namespace KvStore.Node.Coordination;

internal enum ConsistencyKind : byte
{
    None = 0,
    One = 1,
    Quorum = 2,
    All = 3,
    Count = 4,
}
