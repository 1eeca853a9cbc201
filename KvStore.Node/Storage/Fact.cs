namespace KvStore.Node.Storage;

/// <summary>A small durable thing with an identity of kind and number. An empty payload takes it back.</summary>
internal readonly record struct Fact(FactKind Kind, long Number, ReadOnlyMemory<byte> Payload);
