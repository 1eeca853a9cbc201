using Google.Protobuf;
using Wire = KvStore.Protocol;

namespace KvStore.Client.Calls;

/// <summary>The client's words to the protocol's.</summary>
internal static class WireRequests
{
    public static Wire.GetRequest Get(KvKey key, Consistency consistency) => new() { Key = Bytes(key.Bytes), Consistency = Of(consistency) };

    public static Wire.PutRequest Put(
        KvKey key,
        ReadOnlyMemory<byte> value,
        TimeSpan? ttl,
        KvCondition? condition,
        Consistency consistency,
        bool returnPrevious = false) => new()
        {
            Key = Bytes(key.Bytes),
            Value = Bytes(value),
            TtlMilliseconds = Milliseconds(ttl),
            Condition = Of(condition),
            Consistency = Of(consistency),
            ReturnPrevious = returnPrevious,
        };

    public static Wire.DeleteRequest Delete(KvKey key, KvCondition? condition, Consistency consistency, bool returnPrevious = false) => new()
    {
        Key = Bytes(key.Bytes),
        Condition = Of(condition),
        Consistency = Of(consistency),
        ReturnPrevious = returnPrevious,
    };

    public static Wire.AppendRequest Append(KvKey key, ReadOnlyMemory<byte> value, KvCondition? condition, Consistency consistency) =>
        new() { Key = Bytes(key.Bytes), Value = Bytes(value), Condition = Of(condition), Consistency = Of(consistency) };

    public static Wire.IncrementRequest Increment(KvKey key, long by, KvCondition? condition, Consistency consistency) =>
        new() { Key = Bytes(key.Bytes), By = by, Condition = Of(condition), Consistency = Of(consistency) };

    public static Wire.BatchOperation Of(BatchOperation operation, Consistency level) => operation.Kind switch
    {
        BatchOperationKind.Get => new Wire.BatchOperation { Get = Get(operation.Key, level) },
        BatchOperationKind.Put => new Wire.BatchOperation
        {
            Put = Put(operation.Key, operation.Value, operation.Ttl, operation.Condition, level),
        },
        BatchOperationKind.Delete => new Wire.BatchOperation { Delete = Delete(operation.Key, operation.Condition, level) },
        BatchOperationKind.Append => new Wire.BatchOperation
        {
            Append = Append(operation.Key, operation.Value, operation.Condition, level),
        },
        _ => new Wire.BatchOperation { Increment = Increment(operation.Key, operation.By, operation.Condition, level) },
    };

    /// <summary>Not copied: the caller was told not to change them while the call runs.</summary>
    public static ByteString Bytes(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    public static Wire.Consistency? Of(Consistency consistency)
    {
        if (consistency == default)
        {
            return null;
        }

        if (consistency.ReplicaCount > 0)
        {
            return new Wire.Consistency { Replicas = (uint)consistency.ReplicaCount };
        }

        Wire.Level level = consistency == Consistency.One ? Wire.Level.One
            : consistency == Consistency.Quorum ? Wire.Level.Quorum
            : Wire.Level.All;
        return new Wire.Consistency { Named = level };
    }

    private static Wire.Condition? Of(KvCondition? condition) => condition switch
    {
        null => null,
        { Version: { } version } => new Wire.Condition { Version = version },
        { Exists: true } => new Wire.Condition { Present = true },
        _ => new Wire.Condition { Absent = true },
    };

    // The protocol counts whole milliseconds and takes 0 for ever, so anything shorter is one.
    private static long Milliseconds(TimeSpan? ttl)
    {
        if (ttl is not { } time)
        {
            return 0;
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(ttl));
        return Math.Max(1, (long)time.TotalMilliseconds);
    }
}
