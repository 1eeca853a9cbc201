namespace KvStore.Node.Registers;

/// <summary>What must hold of the state for a change to take effect.</summary>
internal enum ConditionKind : byte
{
    None = 0,

    /// <summary>The key has a value at exactly the given version (If-Match: "version").</summary>
    Version = 1,

    /// <summary>The key has a value (If-Match: *).</summary>
    Present = 2,

    /// <summary>The key has no value (If-None-Match: *).</summary>
    Absent = 3,
}
