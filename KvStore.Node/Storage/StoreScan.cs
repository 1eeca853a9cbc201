using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>Which records a page shall hold.</summary>
/// <param name="Prefix">Keys that begin with these bytes; empty for all.</param>
/// <param name="After">Only keys above this one (bytewise); empty from the beginning.</param>
/// <param name="Slots">Only keys of slots for which this holds; null for all.</param>
/// <param name="LimitMax">Records in the page, at most.</param>
/// <param name="WithValues">Whether records carry their values; otherwise their values are empty and only sizes count.</param>
internal sealed record StoreScan(
    ReadOnlyMemory<byte> Prefix,
    ReadOnlyMemory<byte> After,
    Func<Slot, bool>? Slots,
    int LimitMax,
    bool WithValues)
{
    /// <summary>What <see cref="Slots"/> says where it has to be told to others; null where it is theirs to know.</summary>
    public SlotSpans? Spans { get; private init; }

    /// <summary>Of these slots only; null for all.</summary>
    public StoreScan Within(SlotSpans? spans) => this with { Slots = spans is null ? null : spans.Contains, Spans = spans };
}
