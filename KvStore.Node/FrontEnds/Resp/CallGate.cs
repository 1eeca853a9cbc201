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
    private readonly Queue<(RespCall Call, long Since)> _waiting = new();
    private int _running;
    private bool _isStarting;

    public void Enter(RespCall call)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 || !HasRoom(call))
            {
                _waiting.Enqueue((call, time.GetTimestamp()));
                return;
            }

            _running += WeightOf(call);
        }

        run(call);
    }

    public void Leave(RespCall call)
    {
        lock (_lock)
        {
            _running -= WeightOf(call);
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
            bool isWaiting = _waiting.TryPeek(out (RespCall Call, long Since) first);
            isLate = isWaiting && time.GetElapsedTime(first.Since) > WaitMax;
            _isStarting = isLate || (isWaiting && HasRoom(first.Call));
            next = _isStarting ? _waiting.Dequeue().Call : null;
            _running += _isStarting && !isLate ? WeightOf(first.Call) : 0;
            return _isStarting;
        }
    }

    /// <summary>One that asks for more than is ever admitted runs alone.</summary>
    private bool HasRoom(RespCall call) => _running == 0 || _running + WeightOf(call) <= limit();

    private static int WeightOf(RespCall call) => Math.Clamp(call.Keys.Length, 1, RespOperations.KeysAtOnceMax);
}
