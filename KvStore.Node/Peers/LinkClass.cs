namespace KvStore.Node.Peers;

/// <summary>Traffic that must not wait behind other traffic has a connection of its own.</summary>
internal enum LinkClass : byte
{
    /// <summary>Rounds and reads of registers.</summary>
    Register = 1,

    /// <summary>Listings and other large answers.</summary>
    Bulk = 2,
}
