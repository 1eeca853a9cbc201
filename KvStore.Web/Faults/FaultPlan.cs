using System.Collections.Immutable;
using KvStore.Client;

namespace KvStore.Web.Faults;

/// <summary>What is asked of which member for a <see cref="FaultChoice"/>. Pure.</summary>
/// <param name="Problem">Why nothing is, for people; null where something is.</param>
internal sealed record FaultPlan(ImmutableArray<FaultStep> Steps, string? Problem)
{
    /// <param name="all">Names of all members.</param>
    public static FaultPlan Of(FaultChoice choice, IReadOnlyCollection<string> all)
    {
        if (choice.Members.IsEmpty)
        {
            return Refuse("Choose the members first.");
        }

        if (choice.Action == FaultAction.Slow && choice.DelayMilliseconds is < 1 or > FaultChoice.DelayMillisecondsMax)
        {
            return Refuse($"The delay must be 1 to {FaultChoice.DelayMillisecondsMax} milliseconds.");
        }

        if (choice.Action == FaultAction.Drop && choice.Percent is < 1 or > FaultChoice.PercentMax)
        {
            return Refuse($"The share must be 1 to {FaultChoice.PercentMax} percent.");
        }

        if (choice.Minutes is < 1 or > FaultChoice.MinutesMax)
        {
            return Refuse($"A fault lasts 1 to {FaultChoice.MinutesMax} minutes.");
        }

        ImmutableArray<FaultStep> steps = choice.Action switch
        {
            FaultAction.Kill => [.. choice.Members.Select(member => new FaultStep(member, Order: null))],
            FaultAction.Pause => [.. choice.Members.Select(member => new FaultStep(member, OrderOf(choice, NetworkFaultKind.Pause, [])))],
            FaultAction.Slow => Between(choice, NetworkFaultKind.Slow, all),
            FaultAction.Drop => Between(choice, NetworkFaultKind.Drop, all),
            FaultAction.Partition => Between(choice, NetworkFaultKind.Partition, all),
            _ => throw new InvalidOperationException($"Unknown action {choice.Action}."),
        };
        return steps.IsEmpty ? Refuse("Nobody is left at the other end: choose fewer members, or others at the other end.") : new FaultPlan(steps, Problem: null);
    }

    private static FaultPlan Refuse(string problem) => new([], problem);

    private static ImmutableArray<FaultStep> Between(FaultChoice choice, NetworkFaultKind kind, IReadOnlyCollection<string> all)
    {
        string[] others = choice.Others.IsEmpty ? [.. all.Where(name => !choice.Members.Contains(name))] : [.. choice.Others];
        return
        [
            .. from member in choice.Members
            let ends = others.Where(name => name != member).ToArray()
            where ends.Length > 0
            select new FaultStep(member, OrderOf(choice, kind, ends)),
        ];
    }

    private static NetworkFaultOrder OrderOf(FaultChoice choice, NetworkFaultKind kind, IReadOnlyList<string> ends) => new(kind)
    {
        Members = ends,
        Delay = kind == NetworkFaultKind.Slow ? TimeSpan.FromMilliseconds(choice.DelayMilliseconds) : TimeSpan.Zero,
        Percent = kind == NetworkFaultKind.Drop ? choice.Percent : 0,
        Lasts = TimeSpan.FromMinutes(choice.Minutes),
    };
}
