namespace KvStore.Node.Coordination;

/// <summary>What a lane does later, in order of the moment and, at one moment, of the asking. Kept by the lane's one timer.</summary>
internal sealed class LaneTimers
{
    private readonly PriorityQueue<LaneTimer, (long Due, long Order)> _queue = new();
    private long _order;

    /// <summary>When the next one is due, in the lane's milliseconds; <see cref="long.MaxValue"/> if there is none.</summary>
    public long NextDue
    {
        get
        {
            DropCancelled();
            return _queue.TryPeek(out LaneTimer? timer, out _) ? timer.Due : long.MaxValue;
        }
    }

    public int Count => _queue.Count;

    public LaneTimer Add(long due, Action fire)
    {
        LaneTimer timer = new(due, fire);
        _queue.Enqueue(timer, (due, ++_order));
        return timer;
    }

    /// <summary>Runs what is due at <paramref name="now"/>.</summary>
    public void Run(long now)
    {
        while (_queue.TryPeek(out LaneTimer? timer, out _) && (timer.IsCancelled || timer.Due <= now))
        {
            _queue.Dequeue();
            if (!timer.IsCancelled)
            {
                timer.Fire();
            }
        }
    }

    private void DropCancelled()
    {
        while (_queue.TryPeek(out LaneTimer? timer, out _) && timer.IsCancelled)
        {
            _queue.Dequeue();
        }
    }
}
