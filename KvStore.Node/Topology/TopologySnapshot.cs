using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>A topology document with what is computed from it: the slot tables and who is who. Immutable.</summary>
internal sealed class TopologySnapshot
{
    private readonly Dictionary<MemberId, TopologyMember> _byId;
    private readonly TopologyMember[] _byIndex;

    public TopologySnapshot(TopologyDocument document)
        : this(document, OwnerGroups.Of(TableOf(document, document.Current, null), document.Next is null ? null : TableOf(document, document.Next, null)))
    {
    }

    /// <param name="groups">Of the document's sets: costly to compute, and the same for two documents of the same sets.</param>
    public TopologySnapshot(TopologyDocument document, OwnerGroups groups)
    {
        Document = document;
        Digest = document.Digest();
        _byId = document.Members.ToDictionary(member => member.Id);
        Groups = groups;
        _byIndex = [.. Groups.Members.Select(member => _byId[member.Id])];
    }

    public TopologyDocument Document { get; }

    public Epoch Epoch => Document.Epoch;

    /// <summary>Of the document: two members at one epoch must agree on it.</summary>
    public ulong Digest { get; }

    public OwnerGroups Groups { get; }

    /// <summary>The table in force.</summary>
    public SlotTable Slots => Groups.Current;

    /// <summary>Of a document that comes after another: the tables of sets that both have are not computed again.</summary>
    public static TopologySnapshot After(TopologySnapshot? before, TopologyDocument document) => new(document, OwnerGroups.Of(
        TableOf(document, document.Current, before), document.Next is null ? null : TableOf(document, document.Next, before)));

    public TopologyMember? Find(MemberId id) => _byId.GetValueOrDefault(id);

    /// <summary>Who must agree on a key of the slot.</summary>
    public SlotOwners OwnersOf(Slot slot) => new(_byIndex, Groups.Replicas(slot));

    private static SlotTable TableOf(TopologyDocument document, IReadOnlyList<MemberId> set, TopologySnapshot? before)
    {
        RingMember[] members = [.. set.Select(id => new RingMember(id, document.Find(id)!.Zone)).OrderBy(member => member.Id)];
        return before?.Find(document, members)
            ?? SlotTable.Build(members, document.Replication, document.VirtualNodes, document.LoadBound);
    }

    private SlotTable? Find(TopologyDocument document, RingMember[] members) =>
        (Document.Replication, Document.VirtualNodes, Document.LoadBound) != (document.Replication, document.VirtualNodes, document.LoadBound) ? null
        : Groups.Current.Members.SequenceEqual(members) ? Groups.Current
        : Groups.Next?.Members.SequenceEqual(members) == true ? Groups.Next
        : null;
}
