using System.Collections.Immutable;
using System.Globalization;

namespace KvStore.Node.Ring;

/// <summary>
/// The replica sets of a topology: those of its current slot table, or, while members change, of the current and the next
/// one together over a common list of members.
/// </summary>
internal sealed class OwnerGroups
{
    private readonly ushort[] _replicas;
    private readonly Joint[]? _joints;
    private readonly int _replicasPerSlot;

    private OwnerGroups(SlotTable current)
    {
        Current = current;
        Members = current.Members;
        _replicas = [];
        _replicasPerSlot = current.OwnersPerSlot;
    }

    private OwnerGroups(SlotTable current, SlotTable next)
    {
        Current = current;
        Next = next;
        Members = [.. current.Members.Union(next.Members).DistinctBy(member => member.Id).OrderBy(member => member.Id)];
        _replicasPerSlot = current.OwnersPerSlot + next.OwnersPerSlot;
        _replicas = new ushort[Slot.Count * _replicasPerSlot];
        _joints = new Joint[Slot.Count];
        var ofCurrent = IndicesOf(current);
        var ofNext = IndicesOf(next);
        for (var number = 0; number < Slot.Count; number++)
        {
            _joints[number] = Join(new Slot(number), ofCurrent, ofNext);
        }
    }

    private readonly record struct Joint(byte Count, uint Current, uint Next);

    public SlotTable Current { get; }

    public SlotTable? Next { get; }

    /// <summary>All members of both tables, ascending by identity; replica sets are indices into this.</summary>
    public ImmutableArray<RingMember> Members { get; }

    /// <summary>The groups of one table, or of two in the joint phase.</summary>
    public static OwnerGroups Of(SlotTable current, SlotTable? next) => next is null ? new(current) : new(current, next);

    public ReplicaSet Replicas(Slot slot)
    {
        if (_joints is null)
        {
            return Current.Replicas(slot);
        }

        var joint = _joints[slot.Number];
        return new ReplicaSet(_replicas, slot.Number * _replicasPerSlot, joint.Count, joint.Current, joint.Next);
    }

    /// <summary>Do the owners of this slot change?</summary>
    public bool IsMoving(Slot slot) => _joints is not null && _joints[slot.Number].Next != 0;

    public string Describe()
    {
        var moving = _joints?.Count(joint => joint.Next != 0) ?? 0;
        return Next is null
            ? Current.Describe()
            : string.Create(CultureInfo.InvariantCulture, $"{moving} slots moving\ncurrent: {Current.Describe()}next: {Next.Describe()}");
    }

    // Old owners first, in their order; then those that are only new. A slot that keeps its owners has one group.
    private Joint Join(Slot slot, ushort[] ofCurrent, ushort[] ofNext)
    {
        var replicas = _replicas.AsSpan(slot.Number * _replicasPerSlot, _replicasPerSlot);
        var count = 0;
        foreach (var owner in Current.Owners(slot))
        {
            replicas[count++] = ofCurrent[owner];
        }

        var current = (1U << count) - 1;
        var next = 0U;
        foreach (var owner in Next!.Owners(slot))
        {
            var place = replicas[..count].IndexOf(ofNext[owner]);
            if (place < 0)
            {
                place = count;
                replicas[count++] = ofNext[owner];
            }

            next |= 1U << place;
        }

        return new Joint((byte)count, current, next == current ? 0 : next);
    }

    private ushort[] IndicesOf(SlotTable table)
    {
        var ids = Members.Select(member => member.Id).ToList();
        return [.. table.Members.Select(member => (ushort)ids.BinarySearch(member.Id))];
    }
}
