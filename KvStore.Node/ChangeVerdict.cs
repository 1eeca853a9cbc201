namespace KvStore.Node;

/// <summary>What came of asking for a change of members.</summary>
internal enum ChangeVerdict : byte
{
    /// <summary>It may be done; nothing was.</summary>
    Planned = 1,

    /// <summary>Its first epoch is decided: owners change from now on.</summary>
    Begun = 2,

    NoSuchMember = 3,

    /// <summary>It may not be done now.</summary>
    Refused = 4,

    /// <summary>The plan that was shown is not what would be done now.</summary>
    Outdated = 5,

    /// <summary>This member has no vote: it only joins, leaves, or waits to be sure of its disk.</summary>
    NotServing = 6,

    /// <summary>No majority answered in time; it may still be decided.</summary>
    Unknown = 7,
}
