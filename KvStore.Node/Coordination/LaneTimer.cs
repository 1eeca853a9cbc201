namespace KvStore.Node.Coordination;

/// <summary>One thing to do later.</summary>
/// <param name="due">The lane's milliseconds.</param>
internal sealed class LaneTimer(long due, Action fire)
{
    private Action? _fire = fire;

    public long Due { get; } = due;

    public bool IsCancelled => _fire is null;

    /// <summary>Also lets go of what it would have done, which may be long before it leaves the queue.</summary>
    public void Cancel() => _fire = null;

    public void Fire()
    {
        Action? fire = _fire;
        _fire = null;
        fire?.Invoke();
    }
}
