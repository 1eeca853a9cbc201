using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <param name="ValueLength">The value's length, also where the page carries no values.</param>
internal readonly record struct StorePageEntry(Key Key, RegisterRecord Record, int ValueLength)
{
    public static StorePageEntry Of(in Key key, in RegisterRecord record, bool withValue) =>
        new(key, withValue ? record : WithoutValue(record), record.State!.Value.Length);

    private static RegisterRecord WithoutValue(in RegisterRecord record)
    {
        RegisterState state = record.State!;
        return record with
        {
            State = new RegisterState
            {
                Kind = state.Kind,
                ExpiresAt = state.ExpiresAt,
                Version = state.Version,
                Vector = state.Vector.Copy(),
                Pruned = state.Pruned,
            },
        };
    }
}
