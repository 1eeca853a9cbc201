namespace KvStore.Node.Registers;

internal enum ChangeKind : byte
{
    /// <summary>Changes nothing: a read, or a round that secures what is there.</summary>
    Identity = 0,

    Put = 1,
    Delete = 2,

    /// <summary>Adds to a value that is a decimal 64-bit integer; absent counts as 0.</summary>
    Increment = 3,

    /// <summary>Adds bytes to the end of a value; absent counts as empty.</summary>
    Append = 4,
}
