namespace KvStore.Node.Configuration;

internal enum SeedKind : byte
{
    /// <summary>One address: somebody belongs there.</summary>
    Address,

    /// <summary>All addresses that a name has now.</summary>
    Names,

    /// <summary>Whatever listens in a range of ports.</summary>
    Scan,
}
