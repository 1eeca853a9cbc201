using KvStore.Node.Configuration;
using KvStore.Node.Coordination;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds;

/// <summary>What came of asking for a change of members, as clients see it.</summary>
internal static class ChangeView
{
    /// <summary>What is wrong with an order, whatever the cluster is.</summary>
    public static RequestFailure? ProblemOf(ChangeOrder order) => (order.Change, order.Successor.Length) switch
    {
        (MembershipChange.Replace, 0) => RequestFailure.Malformed("with is missing: the name of the node that is to take the member's place."),
        (MembershipChange.Replace, _) when !Names.IsName(order.Successor) => RequestFailure.Malformed($"with must be a node's name, {Names.NameAllowed}."),
        (MembershipChange.Join, _) when !Names.IsName(order.Member) => RequestFailure.Malformed($"a node that joins has a name, {Names.NameAllowed}."),
        (not MembershipChange.Replace, > 0) => RequestFailure.Malformed("with is for replacing a member only."),
        _ => null,
    };

    /// <param name="plan">Empty where there is a failure.</param>
    public static RequestFailure? Of(ChangeAnswer answer, ChangeOrder order, out Protocol.ChangePlan plan)
    {
        RequestFailure? failure = FailureOf(answer);
        plan = failure is null ? Of(answer.Preview!, order, answer.Verdict == ChangeVerdict.Begun) : new Protocol.ChangePlan();
        return failure;
    }

    private static RequestFailure? FailureOf(ChangeAnswer answer) => answer.Verdict switch
    {
        ChangeVerdict.Planned or ChangeVerdict.Begun => null,
        ChangeVerdict.NoSuchMember => Failure(FailureKind.NoSuchMember, answer),
        ChangeVerdict.Refused => Failure(FailureKind.ChangeRefused, answer),
        ChangeVerdict.Outdated => Failure(FailureKind.PlanOutdated, answer),
        ChangeVerdict.NotServing => Failure(FailureKind.NotServing, answer),
        ChangeVerdict.Unknown => Failure(FailureKind.Deadline, answer) with { Outcome = OperationOutcome.Unknown },
        _ => throw new InvariantViolation($"Unknown verdict {answer.Verdict}"),
    };

    private static RequestFailure Failure(FailureKind kind, ChangeAnswer answer) =>
        new(kind, $"{char.ToUpperInvariant(answer.Reason[0])}{answer.Reason[1..]}.", OperationOutcome.NotApplied);

    private static Protocol.ChangePlan Of(ChangePreview preview, ChangeOrder order, bool isBegun)
    {
        Protocol.ChangePlan view = new()
        {
            Id = preview.Id,
            Kind = preview.Change switch
            {
                MembershipChange.Leave => "leave",
                MembershipChange.Remove => "remove",
                MembershipChange.Replace => "replace",
                MembershipChange.Join => "join",
                _ => throw new InvariantViolation($"Unknown change {preview.Change}"),
            },
            Member = preview.Member.Name,
            With = order.Successor,
            Epoch = preview.Epoch.Number,
            Begun = isBegun,
            SlotsMoved = preview.Moves.Sum(move => move.Slots),
            SlotsMovedLeast = preview.MovesLeast,
        };
        view.Moves.AddRange(preview.Moves.Select(move => new Protocol.ChangeMove
        {
            From = move.From.Name,
            To = move.To.Name,
            Slots = move.Slots,
            Keys = move.Keys,
            Bytes = move.Bytes,
        }));
        view.Shares.AddRange(preview.Shares.Select(share => new Protocol.ChangeShare
        {
            Member = share.Member.Name,
            SlotsBefore = share.SlotsBefore,
            SlotsAfter = share.SlotsAfter,
        }));
        return view;
    }
}
