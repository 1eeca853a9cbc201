using System.Collections.Concurrent;
using KvStore.Node.Ring;

namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Keys overwritten while a scan is under way. FASTER's scan passes over records that were replaced, and their successors lie
/// behind the address where the scan ends; without this a key that is written often might never be seen.
/// </summary>
internal sealed class OverwrittenKeys
{
    private readonly Lock _gate = new();

    private volatile ConcurrentQueue<Key>[] _scans = [];

    /// <summary>From here on every overwritten key is in the queue. Its length is bounded by what is written during one pass.</summary>
    public ConcurrentQueue<Key> Begin()
    {
        ConcurrentQueue<Key> scan = new();
        lock (_gate)
        {
            _scans = [.. _scans, scan];
        }

        return scan;
    }

    public void End(ConcurrentQueue<Key> scan)
    {
        lock (_gate)
        {
            _scans = [.. _scans.Where(other => other != scan)];
        }
    }

    public void Add(in Key key)
    {
        foreach (ConcurrentQueue<Key> scan in _scans)
        {
            scan.Enqueue(key);
        }
    }
}
