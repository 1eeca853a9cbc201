using Grpc.Core;

namespace KvStore.Node.FrontEnds;

/// <summary>
/// Every way a request can fail, with its stable name and what it is in each protocol. One table for all front ends, so that
/// the same failure is never two things.
/// </summary>
/// <param name="Type">Stable; programs may rely on it.</param>
/// <param name="Title">The same for every failure of the kind.</param>
/// <param name="HttpStatus">Of a failure whose outcome is not unknown.</param>
/// <param name="GrpcStatus">Likewise.</param>
/// <param name="RetryAfterSeconds">When trying again may help; 0 where it does not.</param>
internal sealed record FailureKind(string Type, string Title, int HttpStatus, StatusCode GrpcStatus, int RetryAfterSeconds = 0)
{
    public static readonly FailureKind Absent =
        new("absent", "The key has no value", 404, StatusCode.NotFound);

    public static readonly FailureKind Deleted =
        new("deleted", "The key's value was deleted or has expired", 404, StatusCode.NotFound);

    public static readonly FailureKind ConditionFailed =
        new("condition-failed", "The condition does not hold", 412, StatusCode.FailedPrecondition);

    public static readonly FailureKind NotANumber =
        new("not-a-number", "The value cannot be incremented", 409, StatusCode.FailedPrecondition);

    public static readonly FailureKind Malformed =
        new("malformed", "The request is malformed", 400, StatusCode.InvalidArgument);

    public static readonly FailureKind EmptyKey =
        new("empty-key", "A key has at least one byte", 400, StatusCode.InvalidArgument);

    public static readonly FailureKind KeyTooLong =
        new("key-too-long", "The key is too long", 400, StatusCode.InvalidArgument);

    public static readonly FailureKind ValueTooLarge =
        new("value-too-large", "The value is too large", 413, StatusCode.InvalidArgument);

    public static readonly FailureKind UnknownLevel =
        new("unknown-consistency", "There is no such consistency level", 400, StatusCode.InvalidArgument);

    public static readonly FailureKind LevelTooHigh =
        new("level-too-high", "The level asks for more replicas than the key has", 400, StatusCode.InvalidArgument);

    public static readonly FailureKind NeedsMajority =
        new("needs-majority", "Conditions, increments, appends and what a write replaces need at least a majority", 400, StatusCode.InvalidArgument);

    public static readonly FailureKind NoSuchResource =
        new("no-such-resource", "There is nothing at this address", 404, StatusCode.Unimplemented);

    public static readonly FailureKind NoSuchMember =
        new("no-such-member", "The cluster has no such member", 404, StatusCode.NotFound);

    public static readonly FailureKind ChangeRefused =
        new("change-refused", "The change of members may not be made now", 409, StatusCode.FailedPrecondition);

    public static readonly FailureKind PlanOutdated =
        new("plan-outdated", "The plan is not what would be done now", 409, StatusCode.FailedPrecondition);

    public static readonly FailureKind FaultsNotAllowed =
        new("faults-not-allowed", "The member does not let itself be harmed", 403, StatusCode.PermissionDenied);

    public static readonly FailureKind TooManyFaults =
        new("too-many-faults", "The member has as many faults as it may have", 409, StatusCode.FailedPrecondition);

    public static readonly FailureKind NoSuchFault =
        new("no-such-fault", "No such fault is on", 404, StatusCode.NotFound);

    public static readonly FailureKind MethodNotAllowed =
        new("method-not-allowed", "The method is not allowed here", 405, StatusCode.Unimplemented);

    public static readonly FailureKind QuorumUnreachable =
        new("quorum-unreachable", "Too few of the key's replicas can be reached", 503, StatusCode.Unavailable, RetryAfterSeconds: 1);

    public static readonly FailureKind Deadline =
        new("deadline", "The request's time ran out", 503, StatusCode.Unavailable);

    public static readonly FailureKind Overloaded =
        new("overloaded", "The member has more requests than it admits", 429, StatusCode.ResourceExhausted, RetryAfterSeconds: 1);

    public static readonly FailureKind DiskFull =
        new("disk-full", "There is no room on the disk", 507, StatusCode.ResourceExhausted);

    public static readonly FailureKind StoreFailed =
        new("store-failed", "The member's log cannot be written", 503, StatusCode.Unavailable);

    public static readonly FailureKind NotServing =
        new("not-serving", "The member does not serve now", 503, StatusCode.Unavailable, RetryAfterSeconds: 1);

    public static readonly FailureKind ReplyTooLarge =
        new("reply-too-large", "The answers do not fit one reply", 413, StatusCode.ResourceExhausted);

    public static readonly FailureKind Internal =
        new("internal", "The member failed to answer", 500, StatusCode.Internal);
}
