namespace KvStore.Node.Ring;

/// <summary>
/// Puts one owner of each slot first: the first that was met and is not at the bound of first owners. Only the order of a
/// slot's owners changes, so evening out the first ones moves no replica.
/// </summary>
internal static class FirstOwners
{
    public static void Choose(
        ushort[] owners, int ownersPerSlot, IReadOnlyList<SlotWalk.Arrival> arrivals, int members, double loadBound)
    {
        var firsts = new ushort[Slot.Count];
        Array.Fill(firsts, AugmentingPath.Nobody);
        var loads = new int[members];
        var bounds = new int[members];
        Array.Fill(bounds, LoadBounds.ForFirstOwners(members, loadBound));

        // A slot may have handed over an owner after it arrived, to make room for another slot.
        foreach (var (slot, member) in arrivals)
        {
            if (firsts[slot] == AugmentingPath.Nobody && loads[member] < bounds[member] && Owns(slot, member))
            {
                firsts[slot] = member;
                loads[member]++;
            }
        }

        while (!MakeRoom(firsts, loads, bounds, (slot, _, joining) => firsts[slot] != joining && Owns(slot, joining)))
        {
            // Owners so uneven (small zones) that first owners cannot be even: as even as they can be.
            for (var member = 0; member < members; member++)
            {
                bounds[member]++;
            }
        }

        for (var slot = 0; slot < Slot.Count; slot++)
        {
            var own = owners.AsSpan(slot * ownersPerSlot, ownersPerSlot);
            var at = own.IndexOf(firsts[slot]);
            Invariant.Holds(at >= 0);
            own[..at].CopyTo(own[1..]);
            own[0] = firsts[slot];
        }

        bool Owns(int slot, int member) => owners.AsSpan(slot * ownersPerSlot, ownersPerSlot).Contains((ushort)member);
    }

    private static bool MakeRoom(ushort[] firsts, int[] loads, int[] bounds, Func<int, int, int, bool> allows)
    {
        var path = new AugmentingPath(firsts, 1, loads, bounds, allows);
        for (var slot = 0; slot < Slot.Count; slot++)
        {
            if (firsts[slot] != AugmentingPath.Nobody)
            {
                continue;
            }

            if (path.MakeRoomFor(slot) is not { } member)
            {
                return false;
            }

            firsts[slot] = member;
            loads[member]++;
        }

        return true;
    }
}
