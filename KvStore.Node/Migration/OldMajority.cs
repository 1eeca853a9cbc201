using System.Numerics;
using KvStore.Node.Registers;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>Whether some of a slot's replicas are a majority of its old owners, as an owner to be sees it.</summary>
internal readonly struct OldMajority(MemberId self, ProtocolSettings protocol)
{
    /// <param name="replicas">A bit for each place among the owners.</param>
    public bool Is(SlotOwners owners, uint replicas) => protocol.Flaw switch
    {
        ProtocolFlaw.CopiedFromOne => replicas != 0,
        ProtocolFlaw.OwnReplicaCountedTwice when owners.PlaceOf(self) is int own and >= 0 && (replicas >> own & 1) != 0 =>
            BitOperations.PopCount(replicas) + 1 > BitOperations.PopCount(owners.Current) / 2,
        _ => owners.HasMajorityOfCurrent(replicas),
    };
}
