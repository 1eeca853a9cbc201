using KvStore.Client;

namespace KvStore.Tests.Web;

/// <summary>Plans made up for tests, by which a node gets what is moved to it.</summary>
internal static class Plans
{
    public static ChangePlan Join(string name, params ChangeMove[] moves) => Of(MembershipChange.Join, name, name, moves);

    public static ChangePlan Replace(string name, string with, params ChangeMove[] moves) => Of(MembershipChange.Replace, name, with, moves) with { With = with };

    private static ChangePlan Of(MembershipChange change, string member, string newcomer, ChangeMove[] moves)
    {
        int slots = moves.Sum(move => move.Slots);
        return new ChangePlan("", change, member, Epoch: 2, slots, slots, moves, [new ChangeShare("node1", 16384, 16384 - slots), new ChangeShare(newcomer, 0, slots)]);
    }
}
