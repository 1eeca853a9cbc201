using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>A round whose accept has left and whose fate is not known yet: it may still take effect.</summary>
/// <param name="Ballot">The round's.</param>
/// <param name="Operations">What it carried.</param>
/// <param name="Results">What each of them is answered if this very round took effect.</param>
internal sealed record OpenAttempt(Ballot Ballot, IReadOnlyList<Operation> Operations, IReadOnlyList<ChangeResult> Results)
{
    public bool IsAnswered => Operation.AreAllAnswered(Operations);
}
