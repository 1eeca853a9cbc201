namespace KvStore.Node.Coordination;

/// <summary>
/// The calls of one sender that were taken up already, so that a write whose request comes twice is not carried out twice.
/// Ids of a sender rise, so those that were forgotten are known to be old.
/// </summary>
/// <param name="countMax">Ids remembered; a call older than all of them is refused.</param>
internal sealed class SeenCalls(int countMax = SeenCalls.CountMax)
{
    public const int CountMax = 4_096;

    private readonly HashSet<ulong> _seen = [];
    private readonly Queue<ulong> _order = new();
    private ulong _forgotten;

    /// <returns>False if the call was taken up before, or may have been.</returns>
    public bool TryAdd(ulong id)
    {
        if (id <= _forgotten || !_seen.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > countMax)
        {
            ulong oldest = _order.Dequeue();
            _seen.Remove(oldest);
            _forgotten = Math.Max(_forgotten, oldest);
        }

        return true;
    }
}
