using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>
/// What a round does once its prepare is met: which earlier attempts turn out to have taken effect, which can no longer be
/// told, what the batch makes of the state, and whether anything must be accepted before it is answered. Pure: the heart of
/// protocol.md §2.
/// </summary>
internal sealed class RoundPlan
{
    private RoundPlan(
        RegisterRecord record,
        bool changes,
        bool answersNow,
        IReadOnlyList<Operation> operations,
        IReadOnlyList<ChangeResult> results,
        IReadOnlyList<OpenAttempt> tookEffect,
        IReadOnlyList<OpenAttempt> untold)
    {
        Record = record;
        Changes = changes;
        AnswersNow = answersNow;
        Operations = operations;
        Results = results;
        TookEffect = tookEffect;
        Untold = untold;
    }

    /// <summary>What to accept under the round's ballot.</summary>
    public RegisterRecord Record { get; }

    /// <summary>Whether <see cref="Record"/> holds an effect of <see cref="Operations"/>: then the round becomes an open attempt.</summary>
    public bool Changes { get; }

    /// <summary>Whether a quorum already holds the very record that is answered from, so that no accept is needed.</summary>
    public bool AnswersNow { get; }

    /// <summary>The operations this round answers; empty while it only secures an earlier attempt.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    public IReadOnlyList<ChangeResult> Results { get; }

    /// <summary>Earlier attempts found in the state's history: answered with their own results once the state is secured.</summary>
    public IReadOnlyList<OpenAttempt> TookEffect { get; }

    /// <summary>Earlier attempts of which the state no longer tells: their operations are unknown.</summary>
    public IReadOnlyList<OpenAttempt> Untold { get; }

    /// <param name="ballot">The round's.</param>
    /// <param name="reports">The replies to its prepare, met.</param>
    /// <param name="floor">The highest floor among them.</param>
    /// <param name="batch">Operations sealed into the round when its prepare left; none answered.</param>
    /// <param name="open">Attempts whose fate is open.</param>
    /// <param name="wall">The coordinator's wall clock, Unix milliseconds: what has expired becomes a tombstone.</param>
    /// <param name="isReported">False if the reports stand for a held promise: then a quorum must accept the round's ballot
    /// before anything is answered, as nobody has been asked whether the record is still the last.</param>
    /// <param name="protocol">Sound (null) but in simulation.</param>
    public static RoundPlan Make(
        Ballot ballot,
        ReadQuorum reports,
        Ballot floor,
        IReadOnlyList<Operation> batch,
        IReadOnlyList<OpenAttempt> open,
        long wall,
        bool isReported = true,
        ProtocolSettings? protocol = null)
    {
        protocol ??= ProtocolSettings.Sound;
        RegisterRecord highest = reports.Highest();
        bool agreed = isReported && reports.AgreesOn(highest.Ballot);
        if (open.Count == 0)
        {
            return Apply(ballot, highest, floor, agreed, batch, [], wall, protocol);
        }

        (List<OpenAttempt> tookEffect, List<OpenAttempt> untold) = FateOf(open, highest.State, highest.State?.Pruned ?? floor);
        if (protocol.Flaw != ProtocolFlaw.None)
        {
            Mistake(protocol.Flaw, open, tookEffect, untold);
            agreed |= protocol.Has(ProtocolFlaw.VectorHitNotSecured) && tookEffect.Count > 0;
        }

        if (tookEffect.Count > 0)
        {
            // Secure what is there before anything new: a quorum must hold the state that the answers come from.
            bool isMarked = protocol.Has(ProtocolFlaw.IdentityOverwritesVector);
            RegisterRecord same = new(ballot, isMarked ? Marked(highest.State!, highest, floor, ballot, protocol.VectorEntriesMax) : highest.State);
            return new RoundPlan(same, changes: false, agreed, [], [], tookEffect, untold);
        }

        return Apply(ballot, highest, floor, agreed, Runnable(batch, untold), untold, wall, protocol);
    }

    /// <summary>Which attempts the state tells of, and of which it can tell no more.</summary>
    private static (List<OpenAttempt> TookEffect, List<OpenAttempt> Untold) FateOf(IReadOnlyList<OpenAttempt> open, RegisterState? state, Ballot pruned)
    {
        List<OpenAttempt> tookEffect = [.. open.Where(attempt => state?.Vector.Contains(attempt.Ballot) == true)];
        return (tookEffect, [.. open.Where(attempt => !tookEffect.Contains(attempt) && attempt.Ballot <= pruned)]);
    }

    private static void Mistake(ProtocolFlaw flaw, IReadOnlyList<OpenAttempt> open, List<OpenAttempt> tookEffect, List<OpenAttempt> untold)
    {
        switch (flaw)
        {
            case ProtocolFlaw.VectorIgnored:
                tookEffect.Clear();
                untold.Clear();
                break;
            case ProtocolFlaw.PrunedForgotten:
                untold.Clear();
                break;
            case ProtocolFlaw.ResultOfWrongAttempt:
                for (int i = 0; i < tookEffect.Count; i++)
                {
                    tookEffect[i] = tookEffect[i] with { Results = [.. tookEffect[i].Operations.Select(operation => LastResult(operation, open))] };
                }

                break;
            default:
                break;
        }
    }

    private static ChangeResult LastResult(Operation operation, IReadOnlyList<OpenAttempt> open)
    {
        OpenAttempt last = open.Last(attempt => attempt.Operations.Contains(operation));
        return last.Results[last.Operations.ToList().IndexOf(operation)];
    }

    private static List<Operation> Runnable(IReadOnlyList<Operation> batch, List<OpenAttempt> untold) =>
        [.. batch.Where(operation => operation.IsRead || !untold.Exists(attempt => attempt.Operations.Contains(operation)))];

    private static RoundPlan Apply(
        Ballot ballot,
        in RegisterRecord highest,
        Ballot floor,
        bool agreed,
        IReadOnlyList<Operation> operations,
        IReadOnlyList<OpenAttempt> untold,
        long wall,
        ProtocolSettings protocol)
    {
        RegisterState? state = highest.State;
        ushort step = 1;
        if (Change.Expire(ref state, new StateVersion(ballot, step), wall))
        {
            step++;
        }

        ChangeResult[] results = new ChangeResult[operations.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = operations[i].Change.Apply(ref state, new StateVersion(ballot, step));
            step += (ushort)(results[i].Outcome == ChangeOutcome.Applied ? 1 : 0);
        }

        bool changes = step > 1;
        bool mayDecline = !changes && agreed && !MustAccept(operations, protocol);
        bool isMarked = changes || (state is not null && protocol.Has(ProtocolFlaw.IdentityOverwritesVector));
        RegisterState accepted = isMarked ? Marked(state!, highest, floor, ballot, protocol.VectorEntriesMax) : state ?? Nothing(floor);
        return new RoundPlan(new RegisterRecord(ballot, accepted), changes, mayDecline, operations, results, [], untold);
    }

    private static bool MustAccept(IReadOnlyList<Operation> operations, ProtocolSettings protocol)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            if (operations[i].MustAccept || (operations[i].WasSent && !protocol.Has(ProtocolFlaw.DeclineWithOpenAttempt)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Enters the round into the state's history.</summary>
    public static RegisterState Marked(RegisterState state, in RegisterRecord highest, Ballot floor, Ballot ballot, int vectorEntriesMax)
    {
        Ballot pruned = highest.State?.Pruned ?? floor;
        AppliedVector vector = (highest.State?.Vector ?? AppliedVector.Empty).With(ballot, ref pruned, vectorEntriesMax);
        return new RegisterState
        {
            Kind = state.Kind,
            Value = state.Value,
            ExpiresAt = state.ExpiresAt,
            Version = state.Version,
            Vector = vector,
            Pruned = pruned,
        };
    }

    private static RegisterState Nothing(Ballot floor) => new() { Kind = RegisterKind.Nothing, Pruned = floor };
}
