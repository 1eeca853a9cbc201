using System.Collections.Concurrent;
using KvStore.Node.Ring;

namespace KvStore.Node.Peers;

/// <summary>What each of the others last told of its <see cref="PeerLoad"/>. Any thread; only ever asked by member.</summary>
internal sealed class PeerLoads
{
    private readonly ConcurrentDictionary<MemberId, PeerLoad> _loads = new();

    public void Heard(MemberId member, PeerLoad load)
    {
        if (!_loads.TryGetValue(member, out PeerLoad known) || known != load)
        {
            _loads[member] = load;
        }
    }

    /// <returns>No load at all of a member that has told nothing.</returns>
    public PeerLoad Of(MemberId member) => _loads.GetValueOrDefault(member);
}
