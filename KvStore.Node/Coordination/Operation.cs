using System.Diagnostics;
using System.Threading.Tasks.Sources;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// One client request on its way through a lane: what is asked, until when, and the answer when it is there. It is awaited
/// by whoever submitted it and answered exactly once, by its lane.
/// </summary>
internal sealed class Operation(Key key, Change change, Consistency level, long submitted, long deadline, ActivityContext parent)
    : IValueTaskSource<OperationResult>
{
    // The awaiting front end must not run on the lane's thread.
    private ManualResetValueTaskSourceCore<OperationResult> _source = new() { RunContinuationsAsynchronously = true };

    public Key Key { get; } = key;

    public Change Change { get; } = change;

    public Consistency Level { get; } = level;

    /// <summary>Monotonic milliseconds of the member.</summary>
    public long Submitted { get; } = submitted;

    /// <summary>When it is answered whatever is known then; monotonic milliseconds of the member.</summary>
    public long Deadline { get; } = deadline;

    public ActivityContext Parent { get; } = parent;

    public bool IsRead => Change.Kind == ChangeKind.Identity;

    /// <summary>When it was submitted, as a timestamp of the member's clock: finer than <see cref="Submitted"/>.</summary>
    public long Began { get; init; }

    /// <summary>Set for rounds that must accept even an unchanged state, to settle a key.</summary>
    public bool MustAccept { get; init; }

    /// <summary>
    /// Whether an accept that contains the change has ever left, or the whole operation to another member: from then on
    /// silence is Unknown.
    /// </summary>
    public bool WasSent { get; set; }

    /// <summary>The coordinator span, where the operation is traced.</summary>
    public Activity? Span { get; set; }

    /// <summary>Told of what happens to it, where somebody follows it.</summary>
    public RequestTrail? Trail { get; init; }

    public bool IsAnswered { get; private set; }

    public int Rounds { get; set; }

    /// <summary>Runs right after the answer, on the lane: admission and figures.</summary>
    public Action<Operation, OperationResult>? Answered { get; init; }

    public ValueTask<OperationResult> Completion => new(this, _source.Version);

    public static bool AreAllAnswered(IReadOnlyList<Operation> operations)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            if (!operations[i].IsAnswered)
            {
                return false;
            }
        }

        return true;
    }

    public void Answer(in OperationResult result)
    {
        Invariant.Holds(!IsAnswered);
        IsAnswered = true;
        Trail?.Answered();
        Answered?.Invoke(this, result);
        _source.SetResult(result);
    }

    /// <summary>Answers what can be said of an operation that did not succeed: unknown if an accept of it left, else not applied.</summary>
    public void Fail(OperationFailure failure) =>
        Answer(WasSent && !IsRead ? OperationResult.Unknown(failure) : OperationResult.NotApplied(failure));

    OperationResult IValueTaskSource<OperationResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<OperationResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<OperationResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
