using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>
/// Puts together what old owners report of slots, key by key, and says what their next owner still has to do: nothing where it
/// holds as much as the highest reported; take a record over where a majority of the old owners reports it as the highest; and
/// have any other key settled by a round. Pure.
/// </summary>
/// <remarks>
/// Why a majority that was heard one after the other is enough: what was chosen before the epoch of the change is held, from
/// the moment an owner answers at that epoch, by a majority of the old owners, of which any other majority has one; and records
/// only rise, since nothing is purged while owners change.
/// </remarks>
/// <param name="joint">Of the change.</param>
internal sealed class SlotMerge(TopologySnapshot joint, MemberId self, ProtocolSettings protocol)
{
    private readonly Dictionary<Key, Reports> _keys = [];
    private readonly Dictionary<Slot, uint> _heard = [];
    private readonly Dictionary<Slot, Ballot> _floors = [];
    private readonly OldMajority _majority = new(self, protocol);

    private readonly record struct Reports(Ballot Highest, uint By, Ballot Own);

    public int Keys => _keys.Count;

    /// <summary>Slots of which a majority of the old owners was heard to the end.</summary>
    public IEnumerable<Slot> Heard => _heard.Where(slot => _majority.Is(joint.OwnersOf(slot.Key), slot.Value)).Select(slot => slot.Key);

    /// <summary>A key as this member holds it.</summary>
    public void AddOwn(in Key key, Ballot ballot)
    {
        Reports reports = _keys.GetValueOrDefault(key);
        _keys[key] = reports with { Own = Ballot.Max(reports.Own, ballot) };
        int place = joint.OwnersOf(key.Slot).PlaceOf(self);
        if (joint.OwnersOf(key.Slot).IsCurrent(place))
        {
            Add(place, key, ballot);
        }
    }

    /// <summary>A key as an old owner holds it; a later report of the same one is a later state.</summary>
    public void Add(MemberId source, in Key key, in RegisterRecord record)
    {
        int place = joint.OwnersOf(key.Slot).PlaceOf(source);
        bool isForgotten = protocol.Has(ProtocolFlaw.TombstonesNotTransferred) && record.State is { Kind: RegisterKind.Tombstone };
        if (place >= 0 && !isForgotten)
        {
            Add(place, key, record.Ballot);
        }
    }

    public void AddFloor(Slot slot, Ballot floor) => _floors[slot] = Ballot.Max(_floors.GetValueOrDefault(slot), floor);

    public Ballot FloorOf(Slot slot) => _floors.GetValueOrDefault(slot);

    /// <summary>Everything that an old owner holds of the slot has been added.</summary>
    public void AddHeard(MemberId source, Slot slot)
    {
        int place = joint.OwnersOf(slot).PlaceOf(source);
        if (joint.OwnersOf(slot).IsCurrent(place))
        {
            _heard[slot] = _heard.GetValueOrDefault(slot) | 1u << place;
        }
    }

    /// <summary>Keys of these slots to take over from this old owner: it reports the record that a majority reports.</summary>
    public Dictionary<Key, Ballot> WantedFrom(MemberId source, IReadOnlySet<Slot> slots) => _keys
        .Where(key => slots.Contains(key.Key.Slot) && IsWanted(key.Key, key.Value) && IsReportedBy(source, key.Key, key.Value))
        .ToDictionary(key => key.Key, key => key.Value.Highest);

    /// <summary>This member holds it now.</summary>
    public void Took(in Key key) => _keys[key] = _keys[key] with { Own = _keys[key].Highest };

    /// <summary>Keys of these slots that are neither held nor to be had from anybody.</summary>
    public IReadOnlyList<Key> Unsettled(IReadOnlySet<Slot> slots) =>
        [.. _keys.Where(key => slots.Contains(key.Key.Slot) && key.Value.Own < key.Value.Highest).Select(key => key.Key)];

    private void Add(int place, in Key key, Ballot ballot)
    {
        Reports reports = _keys.GetValueOrDefault(key);
        if (ballot > reports.Highest)
        {
            _keys[key] = reports with { Highest = ballot, By = 1u << place };
        }
        else if (ballot == reports.Highest)
        {
            _keys[key] = reports with { By = reports.By | 1u << place };
        }
    }

    private bool IsWanted(in Key key, in Reports reports) => reports.Own < reports.Highest
        && (_majority.Is(joint.OwnersOf(key.Slot), reports.By) || protocol.Has(ProtocolFlaw.UnchosenTransferred));

    private bool IsReportedBy(MemberId source, in Key key, in Reports reports)
    {
        int place = joint.OwnersOf(key.Slot).PlaceOf(source);
        return place >= 0 && (reports.By >> place & 1) != 0;
    }
}
