using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>Fills one page of a pass up to its limits.</summary>
internal sealed class PassPageBuilder(StorePass pass)
{
    private readonly List<StorePageEntry> _entries = [];
    private long _bytes;

    public int CountLeft => pass.CountMax - _entries.Count;

    public long BytesLeft => pass.BytesMax - _bytes;

    /// <returns>False if the page has no room for it.</returns>
    public bool TryAdd(in Key key, in RegisterRecord record)
    {
        long bytes = key.Length + (pass.WithValues ? record.State!.Value.Length : 0);
        if (CountLeft <= 0 || (_entries.Count > 0 && _bytes + bytes > pass.BytesMax))
        {
            return false;
        }

        _bytes += bytes;
        _entries.Add(StorePageEntry.Of(key, record, pass.WithValues));
        return true;
    }

    /// <summary>The page, with more to come from <paramref name="next"/> on.</summary>
    public PassPage CutAt(PassCursor next) => new(_entries, next, Complete: false);

    public PassPage Complete() => new(_entries, PassCursor.Start, Complete: true);
}
