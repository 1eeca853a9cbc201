namespace KvStore.Node.Ring;

/// <summary>
/// Finds the owners of all slots. All slots walk clockwise from all their places at once and at one speed; a slot takes
/// the members it meets, and a member takes the slots that reach it, until it is at its bound. So the shortest walks win,
/// whatever order slots are looked at in, and a member that joins disturbs only the walks that were longer than those that
/// end at it. (One slot after the other, the last ones pay for all: twice the movement.)
///
/// A first walk keeps replicas in distinct zones; a second, without that rule, serves the slots for which zones are too small.
/// After each, <see cref="AugmentingPath"/> helps slots that met only members at their bound.
/// </summary>
internal sealed class SlotWalk
{
    private const ushort Nobody = AugmentingPath.Nobody;
    private const ulong WithinSpacing = (1UL << SlotPlaces.SpacingBits) - 1;

    private readonly HashRing _ring;
    private readonly int _ownersPerSlot;
    private readonly int[] _zones;
    private readonly int _fewestOfZone;
    private readonly int _zonesWithOneMore;
    private readonly int[] _bounds;
    private readonly int[] _loads;
    private readonly ushort[] _owners;
    private readonly byte[] _found = new byte[Slot.Count];
    private readonly List<Arrival> _arrivals;

    private SlotWalk(HashRing ring, int ownersPerSlot, double loadBound)
    {
        _ring = ring;
        _ownersPerSlot = ownersPerSlot;
        _zones = ZoneNumbers(ring, out var zones);
        _fewestOfZone = ownersPerSlot / zones;
        _zonesWithOneMore = ownersPerSlot % zones;
        _bounds = LoadBounds.ForOwners(_zones, ownersPerSlot, loadBound);
        _loads = new int[ring.Members.Length];
        _owners = new ushort[Slot.Count * ownersPerSlot];
        Array.Fill(_owners, Nobody);
        _arrivals = new List<Arrival>(_owners.Length);
    }

    /// <summary>A member became an owner of a slot. In the order of arrival, shortest walk first.</summary>
    internal readonly record struct Arrival(ushort Slot, ushort Member);

    /// <summary>Members by slot, <paramref name="ownersPerSlot"/> each, in the order they were met; first owners foremost.</summary>
    public static ushort[] FindOwners(HashRing ring, int ownersPerSlot, double loadBound)
    {
        var walk = new SlotWalk(ring, ownersPerSlot, loadBound);
        foreach (var keepZones in (ReadOnlySpan<bool>)[true, false])
        {
            walk.Walk(keepZones);
            walk.MakeRoom(keepZones);
        }

        Invariant.Holds(!walk._owners.Contains(Nobody));
        FirstOwners.Choose(walk._owners, ownersPerSlot, walk._arrivals, ring.Members.Length, loadBound);
        return walk._owners;
    }

    private static int[] ZoneNumbers(HashRing ring, out int zones)
    {
        var names = ring.Members.Select(member => member.Zone).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        zones = names.Count;
        return ring.Members.Select(member => names.BinarySearch(member.Zone, StringComparer.Ordinal)).ToArray();
    }

    private void Walk(bool keepZones)
    {
        var tokens = _ring.Tokens.ToArray();
        var slots = SlotPlaces.SlotNumbers;

        // In one step every walker goes from its place to the next. All places are equally far apart, so within a step
        // the tokens are met in the order of what their positions are above a place: always the same order.
        Array.Sort(tokens, (a, b) =>
        {
            var byOffset = (a.Position & WithinSpacing).CompareTo(b.Position & WithinSpacing);
            return byOffset != 0 ? byOffset : a.CompareTo(b);
        });

        for (var step = 0; step < SlotPlaces.Count; step++)
        {
            if (int.IsPow2(step))
            {
                tokens = Array.FindAll(tokens, token => HasRoom(token.Member));
                if (!AnyCanStillFind(keepZones))
                {
                    return;
                }
            }

            foreach (var token in tokens)
            {
                var place = (int)(token.Position >> SlotPlaces.SpacingBits) - step;
                var slot = slots[place & (SlotPlaces.Count - 1)];
                if (_found[slot] < _ownersPerSlot && HasRoom(token.Member) && Allows(slot, Nobody, token.Member, keepZones))
                {
                    Take(slot, token.Member);
                }
            }
        }
    }

    private void MakeRoom(bool keepZones)
    {
        var path = new AugmentingPath(
            _owners, _ownersPerSlot, _loads, _bounds, (slot, leaving, joining) => Allows(slot, leaving, joining, keepZones));
        for (var slot = 0; slot < Slot.Count; slot++)
        {
            while (_found[slot] < _ownersPerSlot && path.MakeRoomFor(slot) is { } member)
            {
                Take(slot, member);
            }
        }
    }

    private bool AnyCanStillFind(bool keepZones)
    {
        for (var slot = 0; slot < Slot.Count; slot++)
        {
            if (_found[slot] == _ownersPerSlot)
            {
                continue;
            }

            for (var member = 0; member < _loads.Length; member++)
            {
                if (HasRoom(member) && Allows(slot, Nobody, member, keepZones))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool HasRoom(int member) => _loads[member] < _bounds[member];

    private void Take(int slot, ushort member)
    {
        _owners[(slot * _ownersPerSlot) + _found[slot]++] = member;
        _loads[member]++;
        _arrivals.Add(new Arrival((ushort)slot, member));
    }

    // With n replicas and z zones, every zone holds n / z of them, and n % z zones one more: as distinct as can be.
    private bool Allows(int slot, int leaving, int joining, bool keepZones)
    {
        var owners = _owners.AsSpan(slot * _ownersPerSlot, _found[slot]);
        var inZone = 0;
        var zonesWithMore = 0;
        for (var i = 0; i < owners.Length; i++)
        {
            if (owners[i] == joining)
            {
                return false;
            }

            if (!keepZones || owners[i] == leaving)
            {
                continue;
            }

            var zone = _zones[owners[i]];
            inZone += zone == _zones[joining] ? 1 : 0;
            zonesWithMore += BeforeInZone(owners[..i], leaving, zone) == _fewestOfZone ? 1 : 0;
        }

        return !keepZones || inZone < _fewestOfZone || (inZone == _fewestOfZone && zonesWithMore < _zonesWithOneMore);
    }

    private int BeforeInZone(ReadOnlySpan<ushort> owners, int leaving, int zone)
    {
        var count = 0;
        foreach (var owner in owners)
        {
            count += owner != leaving && _zones[owner] == zone ? 1 : 0;
        }

        return count;
    }
}
