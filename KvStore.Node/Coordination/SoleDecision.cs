using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>What the only owner of a key makes of a change: <see cref="RoundPlan"/> for one replica and one operation. Pure.</summary>
/// <param name="Accepted">What the key holds.</param>
/// <param name="Record">What it is to hold; absent where nothing changes, and then <paramref name="Result"/> can be answered at once.</param>
internal readonly record struct SoleDecision(RegisterRecord Accepted, RegisterRecord Record, ChangeResult Result)
{
    /// <param name="ballot">Above every promise and <paramref name="accepted"/>.</param>
    /// <param name="floor">Of the key's slot.</param>
    /// <param name="wall">Unix milliseconds: what has expired becomes a tombstone.</param>
    public static SoleDecision Of(Ballot ballot, in RegisterRecord accepted, Ballot floor, Change change, long wall, int vectorEntriesMax)
    {
        RegisterState? state = accepted.State;
        bool hasExpired = Change.Expire(ref state, new StateVersion(ballot, 1), wall);
        ChangeResult result = change.Apply(ref state, new StateVersion(ballot, (ushort)(hasExpired ? 2 : 1)));
        return result.Outcome == ChangeOutcome.Applied || hasExpired
            ? new SoleDecision(accepted, new RegisterRecord(ballot, RoundPlan.Marked(state!, accepted, floor, ballot, vectorEntriesMax)), result)
            : new SoleDecision(accepted, RegisterRecord.Absent, result);
    }

    /// <summary>The record that <see cref="Of"/> makes of a put without conditions.</summary>
    public static RegisterRecord Put(Ballot ballot, in RegisterRecord accepted, Ballot floor, ReadOnlyMemory<byte> value, long wall, int vectorEntriesMax)
    {
        RegisterState? before = accepted.State;
        Ballot pruned = before?.Pruned ?? floor;
        AppliedVector vector = (before?.Vector ?? AppliedVector.Empty).With(ballot, ref pruned, vectorEntriesMax);
        return new RegisterRecord(ballot, new RegisterState
        {
            Kind = RegisterKind.Value,
            Value = value,
            Version = new StateVersion(ballot, (ushort)(before?.IsExpired(wall) == true ? 2 : 1)),
            Vector = vector,
            Pruned = pruned,
        });
    }
}
