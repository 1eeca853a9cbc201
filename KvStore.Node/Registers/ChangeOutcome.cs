namespace KvStore.Node.Registers;

internal enum ChangeOutcome : byte
{
    /// <summary>The state was changed.</summary>
    Applied,

    /// <summary>There was nothing to change: a read, or a delete of an absent key.</summary>
    Unchanged,

    ConditionFailed,

    /// <summary>An increment of a value that is not a decimal 64-bit integer, or one that would overflow it.</summary>
    NotANumber,

    /// <summary>An append that would make the value longer than it may be.</summary>
    TooLong,
}
