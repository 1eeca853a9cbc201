using KvStore.Node.Ring;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// Whose turn it is to rewrite a key, among the commands at this member: of those that try at once but one loses, and with
/// many of them some lose too often. What is right does not depend on it: members do not ask each other. Any thread.
/// </summary>
/// <remarks>As many wait as calls are under way (<see cref="CallGate"/>), and none longer than it says.</remarks>
internal sealed class KeyTurns(TimeProvider time)
{
    private readonly Lock _lock = new();

    // A key is here while somebody has its turn.
    private readonly Dictionary<Key, Queue<TaskCompletionSource<bool>>> _waiting = [];

    /// <returns>False if the turn did not come in time; else <see cref="Leave"/> is to be called.</returns>
    public async ValueTask<bool> EnterAsync(Key key, TimeSpan patience)
    {
        TaskCompletionSource<bool> turn;
        lock (_lock)
        {
            if (!_waiting.TryGetValue(key, out Queue<TaskCompletionSource<bool>>? waiting))
            {
                _waiting.Add(key, new Queue<TaskCompletionSource<bool>>());
                return true;
            }

            turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
        }

        try
        {
            return await turn.Task.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            return !turn.TrySetResult(false); // it may have come just now
        }
    }

    public void Leave(Key key)
    {
        lock (_lock)
        {
            Queue<TaskCompletionSource<bool>> waiting = _waiting[key];
            while (waiting.TryDequeue(out TaskCompletionSource<bool>? next))
            {
                if (next.TrySetResult(true))
                {
                    return;
                }
            }

            _waiting.Remove(key);
        }
    }
}
