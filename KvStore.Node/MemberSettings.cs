using KvStore.Node.Convergence;
using KvStore.Node.Migration;
using KvStore.Node.Registers;
using KvStore.Node.Storage;

namespace KvStore.Node;

/// <summary>What a member is made with, beyond its store, topology and wire.</summary>
/// <param name="Lanes">Single-threaded workers, 1 to 16.</param>
/// <param name="OperationsMax">Client operations in flight, at most.</param>
internal sealed record MemberSettings(int Lanes, int OperationsMax)
{
    /// <summary>What the store's reports mean: only where they mean the disk do the others hold the member to them.</summary>
    public Durability Durability { get; init; } = Durability.Commit;

    /// <summary>Whether the member's identity was drawn for this start: it has no past that its disk could have lost.</summary>
    public bool IsNewIdentity { get; init; }

    /// <summary>Always true but in tests that show what happens otherwise.</summary>
    public bool DetectsAmnesia { get; init; } = true;

    /// <summary>Never anything else but in simulation.</summary>
    public ProtocolSettings Protocol { get; init; } = ProtocolSettings.Sound;

    /// <summary>How replicas are kept alike.</summary>
    public UpkeepSettings Upkeep { get; init; } = UpkeepSettings.Default;

    /// <summary>How fast slots move to their next owners.</summary>
    public TransferSettings Transfer { get; init; } = TransferSettings.Default;

    public const int LanesMax = 1 << Coordination.ReplicaCalls.LaneBits;
}
