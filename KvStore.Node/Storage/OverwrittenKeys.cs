using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// Tells scans and passes under way which keys were overwritten. FASTER's scan passes over records that were replaced, and their
/// successors lie behind the address where the scan ends; without this a key that is written often might never be seen. Whoever
/// moves a record to the tail as it is must add its key too.
/// </summary>
internal sealed class OverwrittenKeys
{
    private readonly Lock _gate = new();

    private volatile MovedKeys[] _watchers = [];

    /// <summary>From here on every overwritten key is in what is returned, once the lanes have settled.</summary>
    /// <param name="slots">Only keys of slots for which this holds; null for all.</param>
    public MovedKeys Begin(Func<Slot, bool>? slots)
    {
        MovedKeys moved = new(slots);
        lock (_gate)
        {
            _watchers = [.. _watchers, moved];
        }

        return moved;
    }

    public void End(MovedKeys moved)
    {
        lock (_gate)
        {
            _watchers = [.. _watchers.Where(other => other != moved)];
        }
    }

    /// <summary>Call before the record's successor is written.</summary>
    public void Add(in Key key)
    {
        foreach (MovedKeys moved in _watchers)
        {
            moved.Add(key);
        }
    }
}
