using System.Numerics;
using KvStore.Node.Ring;
using KvStore.Node.Topology;

namespace KvStore.Node.Migration;

/// <summary>Whether a majority of the next owners of every slot that moves holds all that it needs, or every one does. Pure.</summary>
internal sealed class CompletionTally
{
    /// <summary>By slot that moves.</summary>
    private readonly List<Moving> _moving = [];

    /// <summary>Of which slots a member is a next owner: the index in <see cref="_moving"/> and the bit of its place there.</summary>
    private readonly Dictionary<MemberId, List<(int Index, uint Bit)>> _places;

    /// <summary>By slot that moves, the bits of the next owners that are complete.</summary>
    private readonly uint[] _complete;

    /// <param name="joint">With a change under way.</param>
    public CompletionTally(TopologySnapshot joint)
    {
        _places = joint.Document.Members.ToDictionary(member => member.Id, _ => new List<(int Index, uint Bit)>());
        for (int number = 0; number < Slot.Count; number++)
        {
            SlotOwners owners = joint.OwnersOf(new Slot(number));
            for (int place = 0; owners.IsJoint && place < owners.Count; place++)
            {
                if (owners.IsNext(place))
                {
                    _places[owners[place].Id].Add((_moving.Count, 1u << place));
                }
            }

            if (owners.IsJoint)
            {
                _moving.Add(new Moving(new Slot(number), owners.Next, owners.Next & ~owners.Current));
            }
        }

        _complete = new uint[_moving.Count];
    }

    private readonly record struct Moving(Slot Slot, uint Next, uint Joining);

    /// <summary>Nobody has said anything.</summary>
    public void Clear() => Array.Clear(_complete);

    /// <summary>What a member's disk says at the epoch of the change; the last time counts.</summary>
    public void Hear(MemberId member, SlotSet complete)
    {
        foreach ((int index, uint bit) in _places[member])
        {
            _complete[index] = complete.Contains(_moving[index].Slot) ? _complete[index] | bit : _complete[index] & ~bit;
        }
    }

    /// <summary>Slots of which no majority of the next owners is complete.</summary>
    public int Missing() => Count(static (slot, complete) => BitOperations.PopCount(complete) <= BitOperations.PopCount(slot.Next) / 2);

    /// <summary>Whether every next owner is complete.</summary>
    public bool IsWhole() => Count(static (slot, complete) => (slot.Next & ~complete) != 0) == 0;

    /// <summary>Whether only next owners are late that own their slots already.</summary>
    public bool AreJoinersWhole() => Count(static (slot, complete) => (slot.Joining & ~complete) != 0) == 0;

    private int Count(Func<Moving, uint, bool> isMeant)
    {
        int count = 0;
        for (int i = 0; i < _complete.Length; i++)
        {
            count += isMeant(_moving[i], _complete[i]) ? 1 : 0;
        }

        return count;
    }
}
