using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds;

/// <summary>Why a request was not answered as asked. A value, not an exception: adapters write it down and decide nothing.</summary>
/// <param name="Detail">For a person: what was wrong with this very request, naming the thing.</param>
/// <param name="Outcome">Of a write; null where nothing was to be written.</param>
/// <param name="Version">The version found, where that explains the failure; else none.</param>
internal sealed record RequestFailure(FailureKind Kind, string Detail, OperationOutcome? Outcome = null, StateVersion Version = default)
{
    /// <summary>
    /// 504 whenever the outcome is unknown, whatever the reason: a client that looks at nothing but the status must not take
    /// the write for not applied. A read whose time ran out has nothing unknown about it but is 504 as well.
    /// </summary>
    public int HttpStatus => IsTimedOut ? 504 : Kind.HttpStatus;

    /// <summary>As <see cref="HttpStatus"/>, by the rules of kv.proto.</summary>
    public StatusCode GrpcStatus => IsTimedOut ? StatusCode.DeadlineExceeded : Kind.GrpcStatus;

    /// <summary>Whether the request was one that should have been answered: what operators look for.</summary>
    public bool IsServersFault => HttpStatus >= 500 || Kind == FailureKind.Overloaded;

    private bool IsTimedOut => Outcome == OperationOutcome.Unknown || (Outcome is null && Kind == FailureKind.Deadline);

    /// <summary>The request itself is wrong; nothing was tried.</summary>
    public static RequestFailure Malformed(string detail) => new(FailureKind.Malformed, detail);

    /// <summary>The same of a request that was to write: what failed before it was tried was not applied.</summary>
    public RequestFailure OfWrite() => Outcome is null ? this with { Outcome = OperationOutcome.NotApplied } : this;

    /// <summary>"not-applied" or "unknown".</summary>
    /// <param name="outcome">Not committed: that is no failure.</param>
    public static string NameOf(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.NotApplied => "not-applied",
        OperationOutcome.Unknown => "unknown",
        OperationOutcome.Committed or _ => throw new InvariantViolation($"{outcome} is not the outcome of a failure"),
    };
}
