namespace KvStore.Client;

/// <summary>What an operation of a batch does.</summary>
public enum BatchOperationKind
{
    /// <summary>Reads a key.</summary>
    Get,

    /// <summary>Stores a value.</summary>
    Put,

    /// <summary>Removes a value.</summary>
    Delete,

    /// <summary>Adds to a number.</summary>
    Increment,

    /// <summary>Adds bytes to the end of a value.</summary>
    Append,
}
