using System.Numerics;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// Whether the change that a joint epoch began can be completed: a majority of the old owners of every slot that moves has
/// said, at that epoch, that it holds nothing that must. Pure.
/// </summary>
/// <remarks>
/// Why this is enough: whatever was chosen before the joint epoch is held by one of that majority, and each of them answered
/// after the last accept of the epoch before; whatever is chosen at the joint epoch a majority of the new owners holds too.
/// </remarks>
internal sealed class MoveTally
{
    private readonly TopologySnapshot _joint;
    private readonly HashSet<MemberId> _settled = [];

    /// <param name="joint">With a change under way.</param>
    public MoveTally(TopologySnapshot joint)
    {
        Invariant.Holds(joint.Document.Next is not null);
        _joint = joint;
    }

    public bool IsComplete { get; private set; }

    /// <summary>Slots that move, and that this member owned before.</summary>
    public static IEnumerable<Slot> MovedFrom(TopologySnapshot joint, MemberId member)
    {
        for (int number = 0; number < Slot.Count; number++)
        {
            Slot slot = new(number);
            if (joint.Groups.IsMoving(slot))
            {
                ReplicaSet replicas = joint.Groups.Replicas(slot);
                if (OldOwners(joint, replicas).Contains(member))
                {
                    yield return slot;
                }
            }
        }
    }

    /// <summary>A member has nothing to move.</summary>
    /// <param name="epoch">At which it says so; one of another epoch counts for nothing.</param>
    public void Hear(MemberId from, Registers.Epoch epoch)
    {
        if (epoch == _joint.Epoch && _settled.Add(from))
        {
            IsComplete = Enumerable.Range(0, Slot.Count).All(number => IsSettled(new Slot(number)));
        }
    }

    private bool IsSettled(Slot slot)
    {
        if (!_joint.Groups.IsMoving(slot))
        {
            return true;
        }

        ReplicaSet replicas = _joint.Groups.Replicas(slot);
        return OldOwners(_joint, replicas).Count(_settled.Contains) > BitOperations.PopCount(replicas.Group(0)) / 2;
    }

    private static List<MemberId> OldOwners(TopologySnapshot joint, ReplicaSet replicas)
    {
        List<MemberId> owners = [];
        for (int place = 0; place < replicas.Count; place++)
        {
            if ((replicas.Group(0) >> place & 1) != 0)
            {
                owners.Add(joint.Groups.Members[replicas.Members[place]].Id);
            }
        }

        return owners;
    }
}
