using System.Globalization;
using System.Numerics;
using System.Text;

namespace KvStore.Node.Ring;

/// <summary>
/// Who holds a slot, and in which groups they vote. Normally there is one group, the owners. In the joint phase there are
/// two, the old and the new owners, and a majority means a majority of each. A replica is named by its place here, 0 to
/// <see cref="Count"/> - 1, so that any set of replicas is a bit mask: nobody can be counted twice.
/// </summary>
internal readonly struct ReplicaSet
{
    private readonly ushort[] _members;
    private readonly int _start;
    private readonly uint _current;
    private readonly uint _next;

    /// <summary>One group.</summary>
    public ReplicaSet(ushort[] members, int start, int count)
        : this(members, start, count, (1U << count) - 1, 0)
    {
    }

    /// <summary>Two groups, given as masks over the replicas; <paramref name="next"/> 0 means there is only one.</summary>
    public ReplicaSet(ushort[] members, int start, int count, uint current, uint next)
    {
        _members = members;
        _start = start;
        Count = count;
        _current = current;
        _next = next;
    }

    /// <summary>How many replicas there are, over all groups, each once.</summary>
    public int Count { get; }

    /// <summary>The members, as indices of the table or the <see cref="OwnerGroups"/> this came from; first owner first.</summary>
    public ReadOnlySpan<ushort> Members => _members.AsSpan(_start, Count);

    /// <summary>1, or 2 in the joint phase of a slot whose owners change.</summary>
    public int GroupCount => _next == 0 ? 1 : 2;

    /// <summary>All replicas.</summary>
    public uint All => _current | _next;

    /// <summary>The replicas of a group: 0 is the current owners, 1 the next.</summary>
    public uint Group(int index) => index switch
    {
        0 => _current,
        1 when _next != 0 => _next,
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, $"This replica set has {GroupCount} owner groups."),
    };

    /// <summary>Where a member is among the replicas, or -1.</summary>
    public int PlaceOf(int member) => member > ushort.MaxValue ? -1 : Members.IndexOf((ushort)member);

    /// <summary>Do these replicas hold a majority of every group?</summary>
    public bool IsQuorum(uint replicas) => IsMajority(replicas, _current) && (_next == 0 || IsMajority(replicas, _next));

    /// <summary>Can a majority of every group still come about without these replicas?</summary>
    public bool CanBeQuorumWithout(uint replicas) => IsQuorum(~replicas);

    public string Describe()
    {
        var text = new StringBuilder();
        for (var group = 0; group < GroupCount; group++)
        {
            text.Append(group == 0 ? "" : " | ");
            for (var place = 0; place < Count; place++)
            {
                if ((Group(group) >> place & 1) != 0)
                {
                    text.Append(text.Length == 0 || text[^1] == ' ' ? "" : ",");
                    text.Append(CultureInfo.InvariantCulture, $"{Members[place]}");
                }
            }
        }

        return text.ToString();
    }

    private static bool IsMajority(uint replicas, uint group) =>
        BitOperations.PopCount(replicas & group) > BitOperations.PopCount(group) / 2;
}
