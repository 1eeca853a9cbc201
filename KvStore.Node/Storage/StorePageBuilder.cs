using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// Makes one page of a scan out of keys that come in any order and more than once: keeps the <see cref="StoreScan.LimitMax"/>
/// smallest above the cursor, whatever the store's size, and reads their records at the end. So a key is judged by its latest
/// record, and one that was overwritten during the pass is not missed.
/// </summary>
internal sealed class StorePageBuilder(StoreScan scan)
{
    /// <summary>Bytes of values in a page, above which it ends early; it always holds at least one record.</summary>
    private const long PageValueBytesMax = 16 << 20;

    private static readonly Comparer<Key> Bytewise =
        Comparer<Key>.Create((left, right) => left.Span.SequenceCompareTo(right.Span));

    private readonly SortedSet<Key> _smallest = new(Bytewise);
    private bool _complete = true;

    /// <param name="key">Copied if it is kept.</param>
    public void Offer(ReadOnlySpan<byte> key)
    {
        if (IsWanted(key) && !IsBeyondPage(key))
        {
            Add(new Key(key.ToArray()));
        }
    }

    public void Offer(in Key key)
    {
        if (IsWanted(key.Span) && !IsBeyondPage(key.Span))
        {
            Add(key);
        }
    }

    /// <param name="read">The latest record of a key; absent for one purged meanwhile.</param>
    public StorePage Build(Func<Key, RegisterRecord> read)
    {
        List<StorePageEntry> entries = new(_smallest.Count);
        long valueBytes = 0;
        foreach (Key key in _smallest)
        {
            RegisterRecord record = read(key);
            if (record.State is not { } state)
            {
                continue;
            }

            valueBytes += scan.WithValues ? state.Value.Length : 0;
            if (valueBytes > PageValueBytesMax && entries.Count > 0)
            {
                return new StorePage(entries, Complete: false);
            }

            entries.Add(StorePageEntry.Of(key, record, scan.WithValues));
        }

        return new StorePage(entries, _complete);
    }

    private bool IsWanted(ReadOnlySpan<byte> key) =>
        key.StartsWith(scan.Prefix.Span)
        && (scan.After.IsEmpty || key.SequenceCompareTo(scan.After.Span) > 0)
        && (scan.Slots is null || scan.Slots(Slots.Of(key)));

    private bool IsBeyondPage(ReadOnlySpan<byte> key)
    {
        if (_smallest.Count < scan.LimitMax || key.SequenceCompareTo(_smallest.Max.Span) <= 0)
        {
            return false;
        }

        _complete = false;
        return true;
    }

    private void Add(in Key key)
    {
        if (_smallest.Add(key) && _smallest.Count > scan.LimitMax)
        {
            _smallest.Remove(_smallest.Max);
            _complete = false;
        }
    }
}
