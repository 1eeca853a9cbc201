using Google.Protobuf;
using KvStore.Node.Coordination;
using KvStore.Node.Ring;
using KvStore.Node.Storage;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds;

/// <summary>What every slot holds at a member and what is asked of it, as clients see it.</summary>
internal static class SlotsView
{
    /// <param name="name">Of the member.</param>
    public static Protocol.MemberSlots Of(Member member, string name, SlotTraffic traffic)
    {
        TopologySnapshot topology = member.Topologies.Current;
        Protocol.MemberSlots view = new()
        {
            Id = member.Id.ToString(),
            Name = name,
            Epoch = topology.Epoch.Number,
            BootCount = member.Report().BootCount,
        };
        for (int number = 0; number < Slot.Count; number++)
        {
            // What it lost and still holds is about to be removed.
            Slot slot = new(number);
            SlotCounts counts = topology.OwnersOf(slot).PlaceOf(member.Id) >= 0 ? member.CountsOf(slot) : default;
            view.Keys.Add(counts.Keys);
            view.Tombstones.Add(counts.Tombstones);
            view.ValueBytes.Add(counts.ValueBytes);
        }

        view.Reads.AddRange(traffic.Reads);
        view.Writes.AddRange(traffic.Writes);
        view.Hottest.AddRange(traffic.Hottest.Select(met => new Protocol.HotKey
        {
            Key = ByteString.CopyFrom(met.Key.Key.Span),
            Slot = met.Key.Key.Slot.Number,
            Operations = met.Key.Most,
            OperationsLeast = met.Key.Least,
            Milliseconds = (long)met.Over.TotalMilliseconds,
        }));
        return view;
    }
}
