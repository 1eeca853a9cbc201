namespace KvStore.Client;

/// <summary>
/// What became of one operation of a batch. The property of its kind is set, unless <see cref="Error"/> is. A get of an
/// absent key leaves both <see cref="Value"/> and <see cref="Error"/> null.
/// </summary>
public sealed record BatchResult
{
    /// <summary>Of a get: the value, null if the key has none.</summary>
    public KvValue? Value { get; init; }

    /// <summary>Of a put.</summary>
    public PutResult? Put { get; init; }

    /// <summary>Of a delete.</summary>
    public DeleteResult? Delete { get; init; }

    /// <summary>Of an increment.</summary>
    public IncrementResult? Increment { get; init; }

    /// <summary>Of an append.</summary>
    public AppendResult? Append { get; init; }

    /// <summary>Why this operation failed; the others of the batch may have succeeded.</summary>
    public KvException? Error { get; init; }
}
