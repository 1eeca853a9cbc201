namespace KvStore.Node.Registers;

/// <summary>What a register holds.</summary>
internal enum RegisterKind : byte
{
    /// <summary>An agreed "never written": left by a round that changed nothing on an absent key.</summary>
    Nothing = 0,

    Value = 1,

    /// <summary>A delete (or an expiry) that every replica must outlive before it may be purged.</summary>
    Tombstone = 2,
}
