namespace KvStore.Node.Coordination;

/// <summary>Why an operation was not committed.</summary>
internal enum OperationFailure : byte
{
    None,

    /// <summary>Too few of the key's replicas can be reached.</summary>
    QuorumUnreachable,

    /// <summary>The request's time ran out.</summary>
    Deadline,

    /// <summary>The member has more requests than it admits.</summary>
    Overloaded,

    /// <summary>The log of this member, or of too many replicas, cannot be written for want of space.</summary>
    DiskFull,

    /// <summary>This member's log failed; it answers no more writes.</summary>
    StoreFailed,

    /// <summary>The member is starting or stopping, or does not vote.</summary>
    NotServing,

    /// <summary>The level asks for more replicas than the key has.</summary>
    LevelTooHigh,

    /// <summary>A condition or an increment at a level below a majority.</summary>
    NeedsMajority,
}
