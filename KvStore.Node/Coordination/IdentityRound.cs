using System.Diagnostics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Coordination;

/// <summary>
/// A round that changes nothing and is accepted all the same: it settles what replicas disagree about, and brings every
/// replica that answers to one record under one ballot.
/// </summary>
internal static class IdentityRound
{
    public const int TimeoutMilliseconds = 5_000;

    /// <param name="ended">Told whether it was committed.</param>
    public static Operation For(in Key key, LaneScope lane, Action<bool>? ended = null) =>
        new(key, Change.Identity, Consistency.Quorum, lane.Now, lane.Now + TimeoutMilliseconds, default(ActivityContext))
        {
            MustAccept = true,
            Answered = (_, result) => ended?.Invoke(result.Outcome == OperationOutcome.Committed),
        };
}
