using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>One read or put of an <see cref="OperationBatch"/>.</summary>
/// <param name="Value">To be put, without conditions and for ever; null of a read.</param>
internal readonly record struct BatchItem(Key Key, byte[]? Value)
{
    public bool IsRead => Value is null;

    /// <summary>As an operation of its own.</summary>
    public Change Change => Value is null ? Change.Identity : Change.Put(Value);
}
