using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>One entry of the write-ahead log. What it refers to must not change after it was appended.</summary>
internal readonly record struct StoreEntry
{
    private StoreEntry(StoreEntryKind kind, Key key, RegisterRecord record, Ballot purged, Fact fact)
    {
        Kind = kind;
        Key = key;
        Record = record;
        Purged = purged;
        Fact = fact;
    }

    public StoreEntryKind Kind { get; }

    /// <summary>Of a <see cref="StoreEntryKind.Record"/>, a <see cref="StoreEntryKind.Purge"/> or a <see cref="StoreEntryKind.Removal"/>.</summary>
    public Key Key { get; }

    /// <summary>Of a <see cref="StoreEntryKind.Record"/>; not absent.</summary>
    public RegisterRecord Record { get; }

    /// <summary>Of a <see cref="StoreEntryKind.Purge"/> the tombstone's ballot, of a <see cref="StoreEntryKind.Removal"/> the record's.</summary>
    public Ballot Purged { get; }

    /// <summary>Of a <see cref="StoreEntryKind.Fact"/>.</summary>
    public Fact Fact { get; }

    public static StoreEntry Of(in Key key, in RegisterRecord record) =>
        new(StoreEntryKind.Record, key, record, Ballot.Zero, default);

    public static StoreEntry Of(in Fact fact)
    {
        Invariant.Holds(fact.IsWellFormed);
        return new(StoreEntryKind.Fact, default, default, Ballot.Zero, fact);
    }

    /// <param name="tombstone">The ballot of the tombstone that the key holds.</param>
    public static StoreEntry Purge(in Key key, Ballot tombstone) => new(StoreEntryKind.Purge, key, default, tombstone, default);

    /// <param name="record">The ballot of the record that the key holds.</param>
    public static StoreEntry Removal(in Key key, Ballot record) => new(StoreEntryKind.Removal, key, default, record, default);
}
