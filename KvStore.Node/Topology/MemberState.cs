namespace KvStore.Node.Topology;

internal enum MemberState : byte
{
    Joining = 1,
    Active = 2,
    Leaving = 3,
}
