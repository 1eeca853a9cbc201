using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// The one mutable cell of topology: the snapshot in force, with the addresses that members were met at since it was decided.
/// Epochs only rise, one at a time, none skipped. Anybody may read it; those that change it take turns (<see cref="MemberEpochs"/>).
/// </summary>
internal sealed class Topologies
{
    private readonly Dictionary<MemberId, TopologyMember> _elsewhere = [];
    private volatile TopologySnapshot _current;

    public Topologies(TopologySnapshot first) => _current = first;

    /// <summary>Raised after each change, one at a time, on the thread that made it.</summary>
    public event Action<TopologySnapshot>? Changed;

    /// <summary>Read it once per request and pass it down.</summary>
    public TopologySnapshot Current => _current;

    /// <summary>A member was met at addresses that may be others than the topology's: they count from now on, in later epochs too.</summary>
    /// <returns>What was known of it, if that was something else.</returns>
    public TopologyMember? Readdress(TopologyMember met)
    {
        TopologyMember? known = _current.Find(met.Id);
        if (known is null || (known.GrpcAddress == met.GrpcAddress && known.HttpAddress == met.HttpAddress))
        {
            return null;
        }

        _elsewhere[met.Id] = met;
        Put(_current);
        return known;
    }

    /// <summary>Puts the next epoch in force, when its document is durable.</summary>
    public void Publish(TopologySnapshot snapshot)
    {
        Invariant.Holds(snapshot.Epoch.Number == _current.Epoch.Number + 1);
        foreach (MemberId gone in _elsewhere.Keys.Where(member => snapshot.Find(member) is null).ToArray())
        {
            _elsewhere.Remove(gone);
        }

        Put(snapshot);
    }

    private void Put(TopologySnapshot snapshot)
    {
        TopologySnapshot put = _elsewhere.Count == 0 ? snapshot : new TopologySnapshot(Readdressed(snapshot.Document), snapshot.Groups);
        Invariant.Holds(put.Digest == snapshot.Digest);
        _current = put;
        Changed?.Invoke(put);
    }

    private TopologyDocument Readdressed(TopologyDocument document) => document with
    {
        Members = [.. document.Members.Select(member => _elsewhere.TryGetValue(member.Id, out TopologyMember? met)
            ? member with { HttpAddress = met.HttpAddress, GrpcAddress = met.GrpcAddress }
            : member)],
    };
}
