using KvStore.Node.Coordination;
using KvStore.Node.Peers;
using KvStore.Node.Topology;

namespace KvStore.Node.Hosting;

/// <summary>
/// What a node stands on: its disk, its wires, its time and its chance. A process and a simulation differ in this, and in
/// nothing that a node does.
/// </summary>
internal sealed record NodeGround
{
    public required NodeDisk Disk { get; init; }

    /// <summary>Asks whoever is at an address: who answered, or why nobody did.</summary>
    public required Func<string, Acquaintance, CancellationToken, Task<(Acquaintance? Node, string Problem)>> Ask { get; init; }

    /// <summary>Makes the wire to a peer.</summary>
    public required Func<TopologyMember, LinkClass, IPeer> Dial { get; init; }

    public required Func<IGossipWire> NewGossipWire { get; init; }

    /// <summary>See <see cref="Lane"/>.</summary>
    public required Action<Lane> Wake { get; init; }

    public required TimeProvider Time { get; init; }

    public required Func<Random> NewRandom { get; init; }

    /// <summary>Draws what nothing else has: of processes, members and clusters.</summary>
    public required Func<Guid> NewIdentity { get; init; }

    /// <summary>Told when the member cannot go on; must end the process (or the simulated one).</summary>
    public required Action<Exception> Crash { get; init; }

    /// <summary>Shows the member to whoever collects metrics, until it is disposed of.</summary>
    public Func<MemberParts, IReadOnlyList<IDisposable>> Measure { get; init; } = static _ => [];

    /// <summary>What is done to its wires on purpose; null where that is not allowed.</summary>
    public FaultSwitch? Faults { get; init; }

    /// <summary>Computes what follows from a document, with the help of what did from one before.</summary>
    public Func<TopologySnapshot?, TopologyDocument, TopologySnapshot> Snapshot { get; init; } = TopologySnapshot.After;

    /// <summary>Never anything else but in simulation.</summary>
    public StartPlant Plant { get; init; }
}
