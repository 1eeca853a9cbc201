using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// Passes of a simulated store: every record has an address, which grows with each write, and the oldest ones move to the tail
/// between pages as chance will have it, as they do when a data log is compacted.
/// </summary>
internal sealed class SimulatedPass(IReadOnlyDictionary<Key, RegisterRecord> applied, Random random, long boot)
{
    private const double MoveRate = 0.25;
    private const int MovesMax = 8;

    private readonly Dictionary<Key, long> _addresses = [];
    private readonly OverwrittenKeys _overwritten = new();
    private OpenPasses? _passes;
    private long _tail;

    public void Written(in Key key)
    {
        if (_addresses.ContainsKey(key))
        {
            _overwritten.Add(key);
        }

        _addresses[key] = _tail++;
    }

    public void Removed(in Key key) => _addresses.Remove(key);

    public PassPage Read(StorePass request)
    {
        if (random.NextDouble() < MoveRate)
        {
            MoveOldest();
        }

        _passes ??= new OpenPasses(_overwritten, boot);
        OpenPass pass = _passes.Find(request, out PassCursor start);
        if (pass.NeedsEnd)
        {
            pass.FixEnd(() => _tail);
        }

        PassPageBuilder page = new(request);
        foreach ((Key key, long address) in _addresses
            .Where(entry => entry.Value >= start.Address && entry.Value < pass.End && pass.Slots(entry.Key.Slot))
            .OrderBy(entry => entry.Value))
        {
            if (!page.TryAdd(key, applied[key]))
            {
                return page.CutAt(start with { Address = address });
            }
        }

        IReadOnlyList<Key> moved = pass.CloseList();
        for (int i = start.Moved; i < moved.Count; i++)
        {
            if (applied.TryGetValue(moved[i], out RegisterRecord record) && !page.TryAdd(moved[i], record))
            {
                return page.CutAt(start with { Address = pass.End, Moved = i });
            }
        }

        _passes.End(pass);
        return page.Complete();
    }

    private void MoveOldest()
    {
        foreach (Key key in _addresses.OrderBy(entry => entry.Value).Take(random.Next(MovesMax + 1)).Select(entry => entry.Key).ToList())
        {
            Written(key);
        }
    }
}
