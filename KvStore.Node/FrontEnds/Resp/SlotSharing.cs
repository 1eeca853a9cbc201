using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>
/// To which member clients in cluster mode bring the commands on each slot: to the slot's first owner that serves them, because
/// it is there that writes take one round. Where no owner serves, any member that does, by turns: every member coordinates every key.
/// </summary>
internal static class SlotSharing
{
    /// <param name="servers">Members that serve clients, at least one; the result has theirs in the same order.</param>
    /// <returns>Each one's slots, as ranges in rising order. Every slot is in one of them.</returns>
    public static IReadOnlyList<IReadOnlyList<(int First, int Last)>> Of(TopologySnapshot topology, IReadOnlyList<MemberId> servers)
    {
        Invariant.Holds(servers.Count > 0);
        Dictionary<MemberId, int> places = servers.Index().ToDictionary(server => server.Item, server => server.Index);
        List<(int First, int Last)>[] shares = [.. servers.Select(_ => new List<(int, int)>())];
        for (int number = 0; number < Slot.Count; number++)
        {
            List<(int First, int Last)> share = shares[ServerOf(topology.OwnersOf(new Slot(number)), places) ?? number % servers.Count];
            if (share.Count > 0 && share[^1].Last == number - 1)
            {
                share[^1] = (share[^1].First, number);
            }
            else
            {
                share.Add((number, number));
            }
        }

        return shares;
    }

    private static int? ServerOf(SlotOwners owners, Dictionary<MemberId, int> places)
    {
        for (int place = 0; place < owners.Count; place++)
        {
            if (places.TryGetValue(owners[place].Id, out int server))
            {
                return server;
            }
        }

        return null;
    }
}
