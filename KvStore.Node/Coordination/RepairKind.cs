namespace KvStore.Node.Coordination;

/// <summary>How it was found that a key's replicas are not alike.</summary>
internal enum RepairKind
{
    /// <summary>A read saw a replica below the others.</summary>
    Read,

    /// <summary>The digests of a slot differed at two members.</summary>
    Comparison,

    /// <summary>A write was not acknowledged by a replica, and was kept for it as a hint until it could be taught.</summary>
    Hint,
}
