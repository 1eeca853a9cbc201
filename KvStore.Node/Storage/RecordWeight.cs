using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>What one record adds to its slot's figures. The default is no record.</summary>
/// <param name="Kind">Null for no record.</param>
/// <param name="ValueBytes">Bytes of key and value, where there is a value.</param>
internal readonly record struct RecordWeight(RegisterKind? Kind, Ballot Ballot, SlotDigest Digest, long ValueBytes)
{
    public static RecordWeight Of(in Key key, in RegisterRecord record) => record.State is { } state
        ? new(state.Kind, record.Ballot, SlotDigest.Of(key, record.Ballot), state.HasValue ? key.Length + state.Value.Length : 0)
        : default;
}
