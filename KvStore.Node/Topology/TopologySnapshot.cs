using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>A topology document with what is computed from it: the slot tables and who is who. Immutable.</summary>
internal sealed class TopologySnapshot
{
    private readonly Dictionary<MemberId, TopologyMember> _byId;
    private readonly TopologyMember[] _byIndex;

    public TopologySnapshot(TopologyDocument document)
    {
        Document = document;
        Digest = document.Digest();
        _byId = document.Members.ToDictionary(member => member.Id);
        Groups = OwnerGroups.Of(TableOf(document.Current), document.Next is null ? null : TableOf(document.Next));
        _byIndex = [.. Groups.Members.Select(member => _byId[member.Id])];
    }

    public TopologyDocument Document { get; }

    public Epoch Epoch => Document.Epoch;

    /// <summary>Of the document: two members at one epoch must agree on it.</summary>
    public ulong Digest { get; }

    public OwnerGroups Groups { get; }

    /// <summary>The table in force.</summary>
    public SlotTable Slots => Groups.Current;

    public TopologyMember? Find(MemberId id) => _byId.GetValueOrDefault(id);

    /// <summary>Who must agree on a key of the slot.</summary>
    public SlotOwners OwnersOf(Slot slot) => new(_byIndex, Groups.Replicas(slot));

    private SlotTable TableOf(IReadOnlyList<MemberId> set) => SlotTable.Build(
        set.Select(id => new RingMember(id, _byId[id].Zone)), Document.Replication, Document.VirtualNodes, Document.LoadBound);
}
