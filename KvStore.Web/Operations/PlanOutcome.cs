using KvStore.Client;

namespace KvStore.Web.Operations;

/// <summary>What came of asking for a change of members.</summary>
/// <param name="Plan">Null where it was refused.</param>
/// <param name="Failure">Why it was refused; null where it was not.</param>
/// <param name="Kind">How the refusal is to be taken.</param>
public sealed record PlanOutcome(ChangePlan? Plan, string? Failure, RefusalKind Kind);
