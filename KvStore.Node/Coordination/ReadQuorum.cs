using System.Numerics;
using KvStore.Node.Registers;
using KvStore.Node.Topology;

namespace KvStore.Node.Coordination;

/// <summary>
/// Compares the records that replicas report for a key. A record (or its absence) that a majority of every owner group
/// reports under one ballot is chosen; whatever else a replica shows, a higher ballot included, does not change that. Pure.
/// </summary>
/// <param name="owners">The owner groups of the epoch the reports belong to.</param>
internal sealed class ReadQuorum(SlotOwners owners)
{
    private readonly RegisterRecord[] _records = new RegisterRecord[owners.Count];
    private int _repeated;

    public uint Answered { get; private set; }

    public uint Unreachable { get; private set; }

    public uint Outstanding => owners.All & ~Answered & ~Unreachable;

    public SlotOwners Owners => owners;

    public RegisterRecord this[int replica] => _records[replica];

    /// <summary>Records one replica's report; a second one of the same replica replaces nothing.</summary>
    public void Add(int replica, in RegisterRecord record)
    {
        uint bit = 1u << replica;
        if ((Answered & bit) != 0)
        {
            _repeated++;
            return;
        }

        Answered |= bit;
        Unreachable &= ~bit;
        _records[replica] = record;
    }

    public void AddUnreachable(int replica) => Unreachable |= (1u << replica) & ~Answered;

    /// <summary>Finds the record that a majority agrees on.</summary>
    /// <param name="byNextOnly">The mistake of asking the next owners alone, while owners change.</param>
    /// <returns>False if the reports so far agree on none.</returns>
    public bool TryAgree(out RegisterRecord agreed, bool byNextOnly = false)
    {
        byNextOnly &= owners.IsJoint;
        for (int i = 0; i < _records.Length; i++)
        {
            uint reporting = Reporting(_records[i].Ballot);
            if ((Answered & (1u << i)) != 0 && (byNextOnly ? owners.HasMajorityOfNext(reporting) : owners.HasMajority(reporting)))
            {
                agreed = _records[i];
                return true;
            }
        }

        agreed = default;
        return false;
    }

    /// <summary>The mistake of counting every answer, a replica's second one too.</summary>
    public bool CountsAMajorityTwice => BitOperations.PopCount(Answered) + _repeated > owners.Count / 2;

    /// <summary>Whether a majority reports exactly this ballot (zero: absence).</summary>
    public bool AgreesOn(Ballot ballot) => owners.HasMajority(Reporting(ballot));

    /// <summary>The replicas that answered with something older than <paramref name="record"/>, as bits.</summary>
    public uint Below(in RegisterRecord record)
    {
        uint below = 0;
        for (int i = 0; i < _records.Length; i++)
        {
            if ((Answered & (1u << i)) != 0 && _records[i].Ballot < record.Ballot)
            {
                below |= 1u << i;
            }
        }

        return below;
    }

    /// <summary>The highest record reported; absent if none has one.</summary>
    public RegisterRecord Highest()
    {
        RegisterRecord highest = RegisterRecord.Absent;
        for (int i = 0; i < _records.Length; i++)
        {
            if ((Answered & (1u << i)) != 0 && _records[i].Ballot > highest.Ballot)
            {
                highest = _records[i];
            }
        }

        return highest;
    }

    private uint Reporting(Ballot ballot)
    {
        uint mask = 0;
        for (int i = 0; i < _records.Length; i++)
        {
            if ((Answered & (1u << i)) != 0 && _records[i].Ballot == ballot)
            {
                mask |= 1u << i;
            }
        }

        return mask;
    }
}
