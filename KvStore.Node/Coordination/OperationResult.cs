using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>The answer to an operation.</summary>
/// <param name="Outcome">For a read, <see cref="OperationOutcome.NotApplied"/> means not answered.</param>
/// <param name="Failure">Set unless the outcome is committed.</param>
/// <param name="Change">What the change did; meaningful only when committed.</param>
internal readonly record struct OperationResult(OperationOutcome Outcome, OperationFailure Failure, ChangeResult Change)
{
    public static OperationResult Committed(in ChangeResult change) => new(OperationOutcome.Committed, OperationFailure.None, change);

    public static OperationResult NotApplied(OperationFailure failure) => new(OperationOutcome.NotApplied, failure, default);

    public static OperationResult Unknown(OperationFailure failure) => new(OperationOutcome.Unknown, failure, default);
}
