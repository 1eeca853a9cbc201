using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <param name="ValueLength">The value's length, also where the page carries no values.</param>
internal readonly record struct StorePageEntry(Key Key, RegisterRecord Record, int ValueLength);
