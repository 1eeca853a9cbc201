using System.Numerics;
using KvStore.Node.Registers;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Counts the replies to one phase of a round, identities once each, and says whether the phase succeeded, may still, or
/// cannot any more. Pure.
/// </summary>
/// <param name="owners">The owner groups of the round's epoch: a majority of each is needed.</param>
/// <param name="needed">Replicas of each group that the level asks for; a majority is needed in any case.</param>
/// <param name="protocol">Sound (null) but in simulation.</param>
internal sealed class RoundQuorum(SlotOwners owners, int needed, ProtocolSettings? protocol = null)
{
    private uint _unreachable;
    private int _replies;


    /// <summary>Replicas that said yes, as bits.</summary>
    public uint Yes { get; private set; }

    /// <summary>Replicas that refused or cannot be reached, as bits.</summary>
    public uint No { get; private set; }

    public QuorumState State => IsMetBy(Yes) ? QuorumState.Met : IsMetBy(owners.All & ~No) ? QuorumState.Pending : QuorumState.Impossible;

    public bool HasMajority => owners.HasMajority(Yes);

    public void AddYes(int replica)
    {
        _replies++;
        Yes |= 1u << replica;
        No &= ~Yes;
    }

    /// <summary>A refusal never takes back a yes: the replica has promised or accepted.</summary>
    public void AddNo(int replica) => No |= (1u << replica) & ~Yes;

    /// <summary>It cannot be asked, and so is as good as a refusal.</summary>
    /// <param name="isHinted">Whether it will get the record as a hint if the round succeeds, which counts for nothing.</param>
    public void AddUnreachable(int replica, bool isHinted = false)
    {
        if (isHinted && protocol?.Flaw == ProtocolFlaw.HintCountedAsAck)
        {
            AddYes(replica);
            return;
        }

        _unreachable |= 1u << replica;
        AddNo(replica);
    }

    /// <summary>"yes 2 of 3, no 1: Met" for logs and tests.</summary>
    public string Describe() =>
        $"yes {BitOperations.PopCount(Yes)} of {owners.Count}, no {BitOperations.PopCount(No)}: {State}";

    private bool IsMetBy(uint replicas) =>
        (owners.HasMajority(replicas) && owners.HasAtLeast(replicas, needed)) || IsWronglyMetBy(replicas);

    private bool IsWronglyMetBy(uint replicas) => protocol?.Flaw switch
    {
        ProtocolFlaw.SloppyMajority => BitOperations.PopCount(replicas) >= owners.Count / 2,
        ProtocolFlaw.MajorityOfTheLiving => BitOperations.PopCount(replicas) > BitOperations.PopCount(owners.All & ~_unreachable) / 2,
        ProtocolFlaw.JointQuorumIgnored => owners.IsJoint && owners.HasMajorityOfNext(replicas),
        ProtocolFlaw.DuplicateAckCounted => replicas == Yes && _replies > owners.Count / 2,
        _ => false,
    };
}
