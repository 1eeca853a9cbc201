using System.Numerics;
using KvStore.Node.Ring;

namespace KvStore.Node.Topology;

/// <summary>
/// The members that must agree on a slot: its <see cref="ReplicaSet"/> with names and addresses. A replica is named by its
/// place, 0 to <see cref="Count"/> - 1, so that replies are bits of a mask and nobody counts twice.
/// </summary>
/// <param name="members">By the index that <paramref name="set"/> uses.</param>
internal readonly struct SlotOwners(TopologyMember[] members, ReplicaSet set)
{
    public int Count => set.Count;

    /// <summary>The mask of every replica.</summary>
    public uint All => set.All;

    /// <summary>The mask of those that own the slot now.</summary>
    public uint Current => set.Group(0);

    /// <summary>The mask of those that will own the slot when the change is complete; of a slot that does not change, of its owners.</summary>
    public uint Next => set.Group(set.GroupCount - 1);

    public TopologyMember this[int place] => members[set.Members[place]];

    /// <summary>The size of the smallest owner group: what "all" and numbers are measured against.</summary>
    public int Replication
    {
        get
        {
            int least = int.MaxValue;
            for (int group = 0; group < set.GroupCount; group++)
            {
                least = Math.Min(least, BitOperations.PopCount(set.Group(group)));
            }

            return least;
        }
    }

    /// <summary>The replica's place; -1 for a member that is none.</summary>
    public int PlaceOf(MemberId id)
    {
        ReadOnlySpan<ushort> indices = set.Members;
        for (int place = 0; place < indices.Length; place++)
        {
            if (members[indices[place]].Id == id)
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>Whether the slot's owners change: then there are two groups.</summary>
    public bool IsJoint => set.GroupCount > 1;

    /// <summary>Whether the replica owns the slot now.</summary>
    public bool IsCurrent(int place) => place >= 0 && (Current >> place & 1) != 0;

    /// <summary>Whether the replica will own the slot when the change is complete; of a slot that does not change, whether it does.</summary>
    public bool IsNext(int place) => place >= 0 && (Next >> place & 1) != 0;

    /// <summary>Whether these replicas are a majority of the current owners, whatever the next ones are.</summary>
    public bool HasMajorityOfCurrent(uint replicas) => IsMajority(replicas, Current);

    /// <summary>Whether these replicas are a majority of the next owners; of a slot that does not change, of its owners.</summary>
    public bool HasMajorityOfNext(uint replicas) => IsMajority(replicas, Next);

    /// <summary>Whether these replicas are a majority of every owner group.</summary>
    public bool HasMajority(uint replicas) => set.IsQuorum(replicas);

    /// <summary>Whether they are at least <paramref name="needed"/> of every group, which a level may ask for beyond a majority.</summary>
    public bool HasAtLeast(uint replicas, int needed)
    {
        for (int group = 0; group < set.GroupCount; group++)
        {
            uint owners = set.Group(group);
            if (BitOperations.PopCount(replicas & owners) < Math.Min(needed, BitOperations.PopCount(owners)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsMajority(uint replicas, uint group) =>
        BitOperations.PopCount(replicas & group) > BitOperations.PopCount(group) / 2;
}
