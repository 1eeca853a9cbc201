using KvStore.Node.Registers;

namespace KvStore.Node.Topology;

/// <summary>
/// The one mutable cell of topology: the snapshot in force. Epochs only rise, one at a time, none skipped.
/// </summary>
internal sealed class Topologies
{
    private volatile TopologySnapshot _current;

    public Topologies(TopologySnapshot first) => _current = first;

    /// <summary>Raised after each change, on the thread that made it.</summary>
    public event Action<TopologySnapshot>? Changed;

    /// <summary>Read it once per request and pass it down.</summary>
    public TopologySnapshot Current => _current;

    /// <summary>The same document with other addresses: members that came back elsewhere. Called like <see cref="Publish"/>.</summary>
    public void Readdress(TopologySnapshot snapshot)
    {
        Invariant.Holds(snapshot.Epoch == _current.Epoch && snapshot.Digest == _current.Digest);
        _current = snapshot;
        Changed?.Invoke(snapshot);
    }

    /// <summary>Puts the next epoch in force. Called by one thread at a time, after the document is durable.</summary>
    public void Publish(TopologySnapshot snapshot)
    {
        Epoch before = _current.Epoch;
        Invariant.Holds(snapshot.Epoch.Number == before.Number + 1);
        _current = snapshot;
        Changed?.Invoke(snapshot);
    }
}
