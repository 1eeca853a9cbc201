namespace KvStore.Client;

/// <summary>One operation of a batch.</summary>
public sealed class BatchOperation
{
    private BatchOperation(BatchOperationKind kind, KvKey key)
    {
        Kind = kind;
        Key = key;
    }

    /// <summary>What it does.</summary>
    public BatchOperationKind Kind { get; }

    /// <summary>To which key.</summary>
    public KvKey Key { get; }

    internal ReadOnlyMemory<byte> Value { get; private init; }

    internal TimeSpan? Ttl { get; private init; }

    internal long By { get; private init; }

    internal KvCondition? Condition { get; private init; }

    internal Consistency Consistency { get; private init; }

    /// <summary>Reads a key.</summary>
    public static BatchOperation Get(KvKey key, Consistency consistency = default) =>
        new(BatchOperationKind.Get, key) { Consistency = consistency };

    /// <summary>Stores a value, for <paramref name="ttl"/> if given.</summary>
    public static BatchOperation Put(
        KvKey key,
        ReadOnlyMemory<byte> value,
        TimeSpan? ttl = null,
        KvCondition? condition = null,
        Consistency consistency = default) =>
        new(BatchOperationKind.Put, key) { Value = value, Ttl = ttl, Condition = condition, Consistency = consistency };

    /// <summary>Removes a value.</summary>
    public static BatchOperation Delete(KvKey key, KvCondition? condition = null, Consistency consistency = default) =>
        new(BatchOperationKind.Delete, key) { Condition = condition, Consistency = consistency };

    /// <summary>Adds to a number.</summary>
    public static BatchOperation Increment(
        KvKey key,
        long by = 1,
        KvCondition? condition = null,
        Consistency consistency = default) =>
        new(BatchOperationKind.Increment, key) { By = by, Condition = condition, Consistency = consistency };

    /// <summary>Adds bytes to the end of a value.</summary>
    public static BatchOperation Append(
        KvKey key,
        ReadOnlyMemory<byte> value,
        KvCondition? condition = null,
        Consistency consistency = default) =>
        new(BatchOperationKind.Append, key) { Value = value, Condition = condition, Consistency = consistency };
}
