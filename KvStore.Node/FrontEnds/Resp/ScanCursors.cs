namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// Where scans go on. Clients give back a number, and a scan goes on behind a key, so the keys are kept here: a scan goes on at
/// the node where it began. Any thread.
/// </summary>
internal sealed class ScanCursors
{
    /// <summary>Scans that can go on, at most; the one that was given its cursor first is forgotten.</summary>
    public const int CountMax = 4_096;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, byte[]> _keys = [];
    private readonly Queue<long> _order = new();
    private long _last;

    /// <param name="after">The last key given.</param>
    /// <returns>Above 0.</returns>
    public long Keep(ReadOnlyMemory<byte> after)
    {
        lock (_lock)
        {
            if (_order.Count == CountMax)
            {
                _keys.Remove(_order.Dequeue());
            }

            _keys.Add(++_last, after.ToArray());
            _order.Enqueue(_last);
            return _last;
        }
    }

    /// <summary>A cursor stays good after it was used: a client may ask for a page again.</summary>
    /// <param name="cursor">0 for the beginning.</param>
    public bool TryFind(long cursor, out ReadOnlyMemory<byte> after)
    {
        lock (_lock)
        {
            bool isKnown = _keys.TryGetValue(cursor, out byte[]? key);
            after = key;
            return isKnown || cursor == 0;
        }
    }
}
