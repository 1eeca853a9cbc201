using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>One entry of the write-ahead log.</summary>
internal readonly record struct StoreEntry
{
    private StoreEntry(StoreEntryKind kind, Key key, RegisterRecord record, Fact fact)
    {
        Kind = kind;
        Key = key;
        Record = record;
        Fact = fact;
    }

    public StoreEntryKind Kind { get; }

    /// <summary>Of a <see cref="StoreEntryKind.Record"/>.</summary>
    public Key Key { get; }

    /// <summary>Of a <see cref="StoreEntryKind.Record"/>; not absent.</summary>
    public RegisterRecord Record { get; }

    /// <summary>Of a <see cref="StoreEntryKind.Fact"/>.</summary>
    public Fact Fact { get; }

    public static StoreEntry Of(in Key key, in RegisterRecord record) => new(StoreEntryKind.Record, key, record, default);

    public static StoreEntry Of(in Fact fact) => new(StoreEntryKind.Fact, default, default, fact);
}
