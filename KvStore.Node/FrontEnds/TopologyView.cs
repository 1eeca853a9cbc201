using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds;

/// <summary>A topology as clients see it.</summary>
internal static class TopologyView
{
    public static Protocol.Topology Of(TopologySnapshot snapshot)
    {
        TopologyDocument document = snapshot.Document;
        Protocol.Topology view = new()
        {
            ClusterId = document.Cluster.ToString(),
            Epoch = document.Epoch.Number,
            Replication = (uint)document.Replication,
            VirtualNodes = (uint)document.VirtualNodes,
            LoadBound = document.LoadBound,
        };
        view.Members.AddRange(document.Members.Select(member => Of(member, snapshot.Slots)));
        AddRanges(view, snapshot);
        return view;
    }

    public static string NameOf(MemberState state) => state switch
    {
        MemberState.Joining => "joining",
        MemberState.Active => "active",
        MemberState.Leaving => "leaving",
        _ => throw new InvariantViolation($"Unknown state {state}"),
    };

    private static Protocol.TopologyMember Of(TopologyMember member, SlotTable slots)
    {
        Protocol.TopologyMember view = new()
        {
            Id = member.Id.ToString(),
            Ordinal = member.Ordinal,
            Name = member.Name,
            HttpAddress = member.HttpAddress,
            GrpcAddress = member.GrpcAddress,
            Zone = member.Zone,
            State = NameOf(member.State),
        };
        foreach (Token token in slots.Ring.Tokens)
        {
            if (slots.Members[token.Member].Id == member.Id)
            {
                view.Tokens.Add(token.Position);
            }
        }

        return view;
    }

    private static void AddRanges(Protocol.Topology view, TopologySnapshot snapshot)
    {
        Protocol.SlotRange? range = null;
        for (int number = 0; number < Slot.Count; number++)
        {
            uint[] owners = OrdinalsOf(snapshot.OwnersOf(new Slot(number)));
            if (range is null || !range.Owners.SequenceEqual(owners))
            {
                range = new Protocol.SlotRange { First = (uint)number };
                range.Owners.AddRange(owners);
                view.Slots.Add(range);
            }

            range.Last = (uint)number;
        }
    }

    private static uint[] OrdinalsOf(SlotOwners owners)
    {
        uint[] ordinals = new uint[owners.Count];
        for (int place = 0; place < ordinals.Length; place++)
        {
            ordinals[place] = owners[place].Ordinal;
        }

        return ordinals;
    }
}
