using System.Globalization;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;

namespace KvStore.Node.FrontEnds;

/// <summary>
/// What an operation's result means to whoever asked, decided once for all front ends.
/// </summary>
/// <remarks>
/// FrontEnds/ turns bytes into requests and answers into bytes: Http/ (REST), Grpc/ (clients and views). Everything that
/// both must say alike is here, beside them: <see cref="RequestRules"/> checks what comes in, <see cref="OperationAnswer"/>,
/// <see cref="RequestFailure"/> and <see cref="FailureKind"/> name what goes wrong, the views say what the cluster looks
/// like. Who calls: Kestrel. The only door out is <see cref="Coordinator"/>. Failure: every request gets an answer that says
/// whether it took effect; nothing here retries.
/// </remarks>
internal static class OperationAnswer
{
    /// <returns>Null if the operation was answered: a read found a value, a write took effect or had nothing to delete.</returns>
    public static RequestFailure? FailureOf(in OperationResult result, Change change, Consistency level)
    {
        OperationOutcome? outcome = change.Kind == ChangeKind.Identity ? null : result.Outcome;
        return result.Outcome switch
        {
            OperationOutcome.Committed => OfCommitted(result.Change, change),
            OperationOutcome.NotApplied => OfFailure(result.Failure, level, outcome, outcome is null ? "" : " The change was not applied."),
            OperationOutcome.Unknown => OfFailure(
                result.Failure, level, outcome, outcome is null ? "" : " Whether the change was applied is not known; it may yet be."),
            _ => throw new InvariantViolation($"Unknown outcome {result.Outcome}"),
        };
    }

    /// <summary>Of a listing or an explanation: there is nothing to be applied.</summary>
    public static RequestFailure FailureOf(OperationFailure failure, Consistency level) => OfFailure(failure, level, null, "");

    /// <summary>The failure of a request that needs a value where there is none.</summary>
    /// <param name="state">Without a value; null for a key never written.</param>
    /// <param name="outcome">Of a delete; null of a read.</param>
    public static RequestFailure Missing(RegisterState? state, OperationOutcome? outcome) => state is { Kind: RegisterKind.Tombstone }
        ? new(FailureKind.Deleted, "The key had a value until it was deleted or expired.", outcome, state.Version)
        : new(FailureKind.Absent, "The key has no value.", outcome);

    private static RequestFailure? OfCommitted(in ChangeResult result, Change change) => result.Outcome switch
    {
        ChangeOutcome.Applied => null,
        ChangeOutcome.Unchanged => change.Kind == ChangeKind.Identity && !result.Existed ? Missing(result.State, null) : null,
        ChangeOutcome.ConditionFailed => new(
            FailureKind.ConditionFailed,
            $"{Describe(change)}, but {(result.Existed ? $"it is at version {result.Version}" : "it has no value")}.",
            OperationOutcome.NotApplied,
            result.Existed ? result.Version : StateVersion.None),
        ChangeOutcome.NotANumber => new(
            FailureKind.NotANumber,
            "The value is not a decimal 64-bit integer, or would no longer be one after adding "
            + $"{change.By.ToString(CultureInfo.InvariantCulture)}.",
            OperationOutcome.NotApplied,
            result.Version),
        ChangeOutcome.TooLong => new(
            FailureKind.ValueTooLarge,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The value has {result.State?.Value.Length ?? 0} bytes; with {change.Value.Length} more it would have more than the {change.LengthMax} allowed (KvStore:ValueBytesMax)."),
            OperationOutcome.NotApplied,
            result.Version),
        _ => throw new InvariantViolation($"Unknown outcome {result.Outcome}"),
    };

    private static string Describe(Change change) => change.Condition switch
    {
        ConditionKind.Version => $"The key should be at version {change.Expected}",
        ConditionKind.Present => "The key should have a value",
        ConditionKind.Absent => "The key should have no value",
        ConditionKind.None or _ => throw new InvariantViolation("A change without a condition cannot fail one"),
    };

    private static RequestFailure OfFailure(OperationFailure failure, Consistency level, OperationOutcome? outcome, string consequence) => failure switch
    {
        OperationFailure.QuorumUnreachable => new(
            FailureKind.QuorumUnreachable, $"Too few of the key's replicas can be reached for level {level}.{consequence}", outcome),
        OperationFailure.Deadline => new(
            FailureKind.Deadline, $"Too few of the key's replicas answered in time for level {level}.{consequence}", outcome),
        OperationFailure.Overloaded => new(
            FailureKind.Overloaded, $"The member, or too many of the key's replicas, have more work than they admit.{consequence}", outcome),
        OperationFailure.DiskFull => new(
            FailureKind.DiskFull, $"The log of this member, or of too many of the key's replicas, has no room.{consequence}", outcome),
        OperationFailure.StoreFailed => new(
            FailureKind.StoreFailed, $"The log of this member cannot be written; its own log says why.{consequence}", outcome),
        OperationFailure.NotServing => new(
            FailureKind.NotServing, $"This member is starting, stopping or does not vote (see its /admin/status); ask it later, or another one now.{consequence}", outcome),
        OperationFailure.LevelTooHigh => new(
            FailureKind.LevelTooHigh, $"Level {level} asks for more replicas than the key has.", outcome),
        OperationFailure.NeedsMajority => new(
            FailureKind.NeedsMajority, $"A condition, an increment, an append or what a put or delete replaces cannot be decided at level {level}: use quorum or all.", outcome),
        OperationFailure.None or _ => throw new InvariantViolation($"{failure} is not a failure"),
    };
}
