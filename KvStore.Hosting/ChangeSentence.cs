using System.Globalization;
using KvStore.Client;

namespace KvStore.Hosting;

/// <summary>What a change of members moves, as a sentence. Pure.</summary>
internal static class ChangeSentence
{
    public static string Of(ChangePlan plan)
    {
        var held = string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted(plan.Moves.Sum(move => (long)move.Slots), "slot")} with {Counted(plan.Moves.Sum(move => move.Keys), "key")} ({Counted(plan.Moves.Sum(move => move.Bytes), "byte")})"
        );
        var places = plan
            .Moves.GroupBy(move => move.To)
            .Select(to => string.Create(CultureInfo.InvariantCulture, $"{to.Key} ({to.Sum(move => move.Slots):N0})"))
            .ToList();
        return plan switch
        {
            _ when places.Count == 0 => $"nothing moves: the others have copies of all that {plan.Member} holds",
            { Change: MembershipChange.Remove } => $"copies of {held} are made by {string.Join(", ", places)}",
            _ => $"{held} move to {string.Join(", ", places)}",
        };
    }

    private static string Counted(long number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
