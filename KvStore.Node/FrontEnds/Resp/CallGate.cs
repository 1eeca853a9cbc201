using System.Diagnostics.CodeAnalysis;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// Lets as many calls run as the member admits operations, and has the rest wait in the order of coming: clients that pipeline
/// send more than a member carries, and would rather wait a moment than be refused. Any thread.
/// </summary>
/// <remarks>
/// What waits is bounded by what connections may have under way. Whoever has waited too long is refused when its turn comes, as
/// overloaded; turns come, because every call that runs is answered within a request's time.
/// </remarks>
/// <param name="limit">Operations that may be in flight now.</param>
/// <param name="run">Runs a call; <see cref="Leave"/> is called when it is answered, be it at once.</param>
/// <param name="refuse">Answers a call that has waited too long.</param>
internal sealed class CallGate(Func<int> limit, TimeProvider time, Action<RespCall> run, Action<RespCall> refuse)
{
    /// <summary>Waiting for longer is overload.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Queue<RespCall> _waiting = new();
    private int _running;
    private bool _isStarting;
    private bool _isRefused;

    public void Enter(RespCall call)
    {
        call.Begun = time.GetTimestamp();
        lock (_lock)
        {
            if (_waiting.Count > 0 || !HasRoom(call))
            {
                _waiting.Enqueue(call);
                return;
            }

            _running += WeightOf(call);
        }

        run(call);
    }

    /// <summary>
    /// A call that runs was refused before anything was done for it: the limit has fallen, or others took the room. It waits for
    /// the next that leaves.
    /// </summary>
    /// <returns>False where it cannot wait: nothing else runs, or it has waited long enough. Then it is to be answered, and leaves.</returns>
    public bool TryWaitAgain(RespCall call)
    {
        lock (_lock)
        {
            int others = _running - WeightOf(call);
            if (others == 0 || time.GetElapsedTime(call.Begun) > WaitMax)
            {
                return false;
            }

            _running = others;
            _isRefused = true; // no call is started before another leaves, or the same would be tried in a loop
            _waiting.Enqueue(call);
            return true;
        }
    }

    public void Leave(RespCall call)
    {
        lock (_lock)
        {
            _running -= WeightOf(call);
            _isRefused = false;
            if (_isStarting)
            {
                return; // whoever starts calls looks again
            }

            _isStarting = true;
        }

        while (TryTake(out RespCall? next, out bool isLate))
        {
            (isLate ? refuse : run)(next);
        }
    }

    private bool TryTake([NotNullWhen(true)] out RespCall? next, out bool isLate)
    {
        lock (_lock)
        {
            isLate = _waiting.TryPeek(out next) && time.GetElapsedTime(next.Begun) > WaitMax;
            _isStarting = next is not null && (isLate || (!_isRefused && HasRoom(next)));
            if (_isStarting)
            {
                _waiting.Dequeue();
                _running += isLate ? 0 : WeightOf(next!);
            }

            return _isStarting;
        }
    }

    /// <summary>One that asks for more than is ever admitted runs alone.</summary>
    private bool HasRoom(RespCall call) => _running == 0 || _running + WeightOf(call) <= limit();

    private static int WeightOf(RespCall call) => call.Batch is null ? Math.Clamp(call.Keys.Length, 1, RespOperations.KeysAtOnceMax) : call.Commands;
}
