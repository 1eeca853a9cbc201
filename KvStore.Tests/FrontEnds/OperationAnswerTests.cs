using Grpc.Core;
using KvStore.Node.Coordination;
using KvStore.Node.FrontEnds;
using KvStore.Node.Registers;
using Xunit;

namespace KvStore.Tests.FrontEnds;

public sealed class OperationAnswerTests
{
    private static readonly StateVersion Version = new(new Ballot(new Epoch(1), 0xab, 2), 1);
    private static readonly StateVersion Other = new(new Ballot(new Epoch(1), 0xa0, 2), 1);
    private static readonly RegisterState Value = new() { Kind = RegisterKind.Value, Version = Version };
    private static readonly RegisterState Tombstone = new() { Kind = RegisterKind.Tombstone, Version = Version };
    private static readonly RegisterState Nothing = new() { Kind = RegisterKind.Nothing };

    [Theory]
    [InlineData(OperationFailure.QuorumUnreachable, "quorum-unreachable", 503, StatusCode.Unavailable)]
    [InlineData(OperationFailure.Deadline, "deadline", 503, StatusCode.Unavailable)]
    [InlineData(OperationFailure.Overloaded, "overloaded", 429, StatusCode.ResourceExhausted)]
    [InlineData(OperationFailure.DiskFull, "disk-full", 507, StatusCode.ResourceExhausted)]
    [InlineData(OperationFailure.StoreFailed, "store-failed", 503, StatusCode.Unavailable)]
    [InlineData(OperationFailure.NotServing, "not-serving", 503, StatusCode.Unavailable)]
    [InlineData(OperationFailure.LevelTooHigh, "level-too-high", 400, StatusCode.InvalidArgument)]
    [InlineData(OperationFailure.NeedsMajority, "needs-majority", 400, StatusCode.InvalidArgument)]
    public void A_write_that_was_not_applied_says_so_and_why(object failure, string type, int httpStatus, StatusCode grpcStatus)
    {
        RequestFailure answer = OperationAnswer.FailureOf(OperationResult.NotApplied((OperationFailure)failure), Change.Delete(), Consistency.All)!;

        Assert.Equal(
            (type, httpStatus, grpcStatus, OperationOutcome.NotApplied), (answer.Kind.Type, answer.HttpStatus, answer.GrpcStatus, answer.Outcome));
    }

    [Theory]
    [InlineData(OperationFailure.QuorumUnreachable, "quorum-unreachable")]
    [InlineData(OperationFailure.Deadline, "deadline")]
    [InlineData(OperationFailure.Overloaded, "overloaded")]
    [InlineData(OperationFailure.DiskFull, "disk-full")]
    [InlineData(OperationFailure.StoreFailed, "store-failed")]
    public void An_unknown_outcome_is_a_timeout_whatever_the_reason(object failure, string type)
    {
        RequestFailure answer = OperationAnswer.FailureOf(OperationResult.Unknown((OperationFailure)failure), Change.Put(default), Consistency.Quorum)!;

        Assert.Equal(
            (type, 504, StatusCode.DeadlineExceeded, OperationOutcome.Unknown),
            (answer.Kind.Type, answer.HttpStatus, answer.GrpcStatus, answer.Outcome));
        Assert.EndsWith("Whether the change was applied is not known; it may yet be.", answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OperationFailure.QuorumUnreachable, 503, StatusCode.Unavailable)]
    [InlineData(OperationFailure.Deadline, 504, StatusCode.DeadlineExceeded)]
    public void A_read_has_no_outcome(object failure, int httpStatus, StatusCode grpcStatus)
    {
        RequestFailure answer = OperationAnswer.FailureOf(OperationResult.NotApplied((OperationFailure)failure), Change.Identity, Consistency.Quorum)!;

        Assert.Equal((httpStatus, grpcStatus, null), (answer.HttpStatus, answer.GrpcStatus, answer.Outcome));
    }

    [Fact]
    public void Absent_deleted_and_empty_are_three_things()
    {
        RequestFailure absent = new(FailureKind.Absent, "The key has no value.");
        RequestFailure deleted = new(FailureKind.Deleted, "The key had a value until it was deleted or expired.", null, Version);

        Assert.Equal(absent, Read(null, existed: false));
        Assert.Equal(absent, Read(Nothing, existed: false));
        Assert.Equal(deleted, Read(Tombstone, existed: false));
        Assert.Null(Read(Value, existed: true));
    }

    [Fact]
    public void A_failed_condition_tells_the_version_found()
    {
        Change change = Change.Delete() with { Condition = ConditionKind.Version, Expected = Other };

        Assert.Equal(
            new RequestFailure(
                FailureKind.ConditionFailed,
                "The key should be at version 1-a0-2-1, but it is at version 1-ab-2-1.",
                OperationOutcome.NotApplied,
                Version),
            Answer(new ChangeResult(ChangeOutcome.ConditionFailed, Value, Existed: true), change));
        Assert.Equal(
            new RequestFailure(
                FailureKind.ConditionFailed, "The key should be at version 1-a0-2-1, but it has no value.", OperationOutcome.NotApplied),
            Answer(new ChangeResult(ChangeOutcome.ConditionFailed, Tombstone, Existed: false), change));
    }

    [Fact]
    public void An_increment_of_text_is_a_conflict() => Assert.Equal(
        new RequestFailure(
            FailureKind.NotANumber,
            "The value is not a decimal 64-bit integer, or would no longer be one after adding -5.",
            OperationOutcome.NotApplied,
            Version),
        Answer(new ChangeResult(ChangeOutcome.NotANumber, Value, Existed: true), Change.Increment(-5)));

    [Fact]
    public void What_took_effect_or_had_nothing_to_delete_is_no_failure()
    {
        Assert.Null(Answer(new ChangeResult(ChangeOutcome.Applied, Value, Existed: false), Change.Put(default)));
        Assert.Null(Answer(new ChangeResult(ChangeOutcome.Unchanged, null, Existed: false), Change.Delete()));
    }

    private static RequestFailure? Read(RegisterState? state, bool existed) =>
        Answer(new ChangeResult(ChangeOutcome.Unchanged, state, existed), Change.Identity);

    private static RequestFailure? Answer(ChangeResult result, Change change) =>
        OperationAnswer.FailureOf(OperationResult.Committed(result), change, Consistency.Quorum);
}
