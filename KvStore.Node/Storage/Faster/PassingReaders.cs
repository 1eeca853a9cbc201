namespace KvStore.Node.Storage.Faster;

/// <summary>
/// Who reads the data log at the moment, so that its beginning can be moved when nobody who began before still reads there.
/// Those who begin meanwhile are not waited for. Safe for any thread, except that one at a time may wait.
/// </summary>
internal sealed class PassingReaders
{
    private readonly object _gate = new();
    private readonly int[] _reading = new int[2];
    private int _side;
    private volatile bool _isWaitedFor;

    /// <summary>Whether somebody waits until they are done.</summary>
    public bool IsWaitedFor => _isWaitedFor;

    /// <returns>To be given to <see cref="Leave"/>.</returns>
    public int Enter()
    {
        lock (_gate)
        {
            _reading[_side]++;
            return _side;
        }
    }

    public void Leave(int side)
    {
        lock (_gate)
        {
            if (--_reading[side] == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Returns when everybody who had entered before the call has left.</summary>
    public void WaitForEarlier()
    {
        lock (_gate)
        {
            int earlier = _side;
            _side ^= 1;
            _isWaitedFor = true;
            while (_reading[earlier] > 0)
            {
                Monitor.Wait(_gate);
            }

            _isWaitedFor = false;
        }
    }
}
