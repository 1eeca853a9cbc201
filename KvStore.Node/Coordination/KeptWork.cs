using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Storage;

namespace KvStore.Node.Coordination;

/// <summary>What a member's earlier life left to do: changes acknowledged at level one, and hints. Each goes to its key's lane.</summary>
internal static class KeptWork
{
    public static void Restore(StoreContents contents, Lane[] lanes)
    {
        foreach (Fact fact in contents.OfKind(FactKind.PendingChange))
        {
            foreach (Lane lane in lanes)
            {
                lane.Rounds.Pending.Skip(fact.Number);
            }

            (Key key, _) = PendingChangeCodec.Decode(fact.Payload);
            lanes[key.Slot.Number % lanes.Length].Post(new LaneInput(LaneInputKind.Pending, fact));
        }

        foreach (Fact fact in contents.OfKind(FactKind.Hint))
        {
            foreach (Lane lane in lanes)
            {
                lane.Rounds.Hints.Skip(fact.Number);
            }

            Key key = HintCodec.Decode(fact.Number, fact.Payload, 0).Key;
            lanes[key.Slot.Number % lanes.Length].Post(new LaneInput(LaneInputKind.Pending, fact));
        }
    }
}
